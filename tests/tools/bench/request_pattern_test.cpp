#include "policies/api/json.hpp"
#include "tools/bench/request_pattern.hpp"
#include <gtest/gtest.h>

using namespace troupe::tools::bench;
namespace json = troupe::api::json;

TEST(numbered_text, puts_the_number_in_every_place) {
  numbered_text text("a-" + std::string(numbered_text::place) + "/b-" + std::string(numbered_text::place));
  EXPECT_EQ(text.with(42), "a-00000042/b-00000042");
  EXPECT_EQ(text.with(99'999'999), "a-99999999/b-99999999");
  EXPECT_EQ(text.with(0), "a-00000000/b-00000000");
}

TEST(numbered_text, starts_over_after_eight_digits) {
  numbered_text text{std::string(numbered_text::place)};
  EXPECT_EQ(text.with(numbered_text::number_max + 1), "00000000");
}

TEST(request_pattern, a_create_is_a_whole_request_whose_length_is_that_of_its_body) {
  const auto name = object_name("abc123");
  request_pattern p({"127.0.0.1:6443", "secret"}, "POST", "/api/v1/namespaces/bench/configmaps",
                    config_map(name, "abc123", 400));
  const auto r = p.with(7);
  const auto head = r.h1.substr(0, r.h1.find("\r\n\r\n") + 4);
  EXPECT_TRUE(head.starts_with("POST /api/v1/namespaces/bench/configmaps HTTP/1.1\r\nHost: 127.0.0.1:6443\r\n"));
  EXPECT_NE(head.find("Authorization: Bearer secret\r\n"), head.npos);
  EXPECT_NE(head.find("Content-Length: " + std::to_string(r.body.size()) + "\r\n"), head.npos);
  EXPECT_EQ(r.h1.substr(head.size()), r.body);
  const auto document = json::parse(r.body);
  EXPECT_EQ(troupe::api::string_at(document, {"metadata", "name"}), "cm-abc123-00000007");
  EXPECT_EQ(troupe::api::string_at(document, {"metadata", "labels", "app.kubernetes.io/instance"}), "abc123");
}

TEST(request_pattern, a_get_has_no_body_and_says_so_to_nobody) {
  request_pattern p({"h:1", ""}, "GET", "/x/" + object_name("r"), {});
  const auto r = p.with(3);
  EXPECT_EQ(r.h1, "GET /x/cm-r-00000003 HTTP/1.1\r\nHost: h:1\r\nAccept: application/json\r\n\r\n");
  EXPECT_EQ(r.path, "/x/cm-r-00000003");
  EXPECT_TRUE(r.body.empty());
  EXPECT_TRUE(r.content_type.empty());
}

TEST(request_pattern, objects_have_the_wanted_size) {
  for (std::size_t bytes : {0U, 400U, 10'000U}) {
    const auto document = json::parse(config_map("n", "r", bytes));
    const auto settings = troupe::api::string_at(document, {"data", "application.properties"});
    EXPECT_LE(bytes, config_map("n", "r", bytes).size());
    EXPECT_LE(settings.size(), bytes + 100);
  }
}

TEST(request_pattern, a_bare_pod_is_valid_json_with_its_image) {
  const auto document = json::parse(bare_pod("p-1", "r", "docker.io/library/x:1", 2));
  const auto& containers = *troupe::api::array_at(document, {"spec", "containers"});
  EXPECT_EQ(troupe::api::string_at(containers.front(), {"image"}), "docker.io/library/x:1");
}

TEST(request_pattern, a_deployment_selects_the_pods_of_its_template) {
  const auto document = json::parse(deployment("d-1", "r", "x:1", 100));
  EXPECT_EQ(troupe::api::int_at(document, {"spec", "replicas"}), 100);
  EXPECT_EQ(troupe::api::string_at(document, {"spec", "selector", "matchLabels", "app"}), "d-1");
  EXPECT_EQ(troupe::api::string_at(document, {"spec", "template", "metadata", "labels", "app"}), "d-1");
}
