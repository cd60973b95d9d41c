#include "net/http/server_core.hpp"
#include "tests/net/http/loopback.hpp"

namespace troupe::net::http {
namespace {

TEST(server_core, room_for_bodies_has_a_bound_and_comes_back) {
  server_core core;
  core.config.limits.buffered_bytes_max = 100;
  EXPECT_TRUE(core.reserve(60));
  EXPECT_TRUE(core.reserve(40));
  EXPECT_FALSE(core.reserve(1));
  EXPECT_EQ(core.counters.buffered_bytes, 100U) << "what was refused is not held";
  core.release(40);
  EXPECT_TRUE(core.reserve(40));
}

TEST(server_core, errors_are_described_as_the_application_wants_or_as_text) {
  server_core core;
  EXPECT_EQ(core.describe(400, "no").text, "no\n");
  EXPECT_EQ(core.describe(400, "no").content_type, "text/plain; charset=utf-8");
  core.config.describe_error = [](int status, std::string_view message) {
    return error_body{"application/json", std::to_string(status) + std::string(message)};
  };
  EXPECT_EQ(core.describe(400, "no").text, "400no");
}

TEST(server_core, a_handler_that_throws_costs_its_client_a_500_and_no_other_anything) {
  loopback world([](const request& what, const responder& answer) {
    if (what.path == "/bad") throw std::runtime_error("bug");
    answer.respond(200, {}, "good");
  });
  const auto client = world.client();
  const auto bad = client->call({.target = "/bad"});
  ASSERT_TRUE(bad.has_value());
  EXPECT_EQ(bad->status, 500);
  EXPECT_EQ(bad->body, "internal error\n") << "and not what the handler said";
  EXPECT_EQ(client->call({.target = "/good"})->body, "good");
}

TEST(server_core, a_body_that_is_too_large_is_refused_in_the_words_of_kubernetes) {
  EXPECT_EQ(too_large_message(3145728), "Request entity too large: limit is 3145728");
}

} // namespace
} // namespace troupe::net::http
