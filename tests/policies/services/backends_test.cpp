#include "objects.hpp"

namespace troupe::policies::services {
namespace {

struct row {
  const char* name;
  std::string endpoints;
  std::string cluster, local;
};

TEST(backends_test, chooses_endpoints_by_their_conditions) {
  const row rows[] = {
      {"conditions that are missing mean ready", R"([{"addresses":["10.1.0.1"]}])", "10.1.0.1:8080", ""},
      {"an endpoint that is not ready gets nothing", R"([{"addresses":["10.1.0.1"],"conditions":{"ready":false}}])", "",
       ""},
      {"an ending endpoint is not used while another is ready",
       R"([{"addresses":["10.1.0.1"],"conditions":{"ready":false,"serving":true,"terminating":true}},
           {"addresses":["10.1.0.2"]}])",
       "10.1.0.2:8080", ""},
      {"the ending ones that serve are used where none is ready",
       R"([{"addresses":["10.1.0.1"],"conditions":{"ready":false,"serving":true,"terminating":true}},
         {"addresses":["10.1.0.2"],"conditions":{"ready":false,"serving":false,"terminating":true}}])",
       "10.1.0.1:8080", ""},
      {"endpoints of the node are known as local",
       R"([{"addresses":["10.1.0.2"],"nodeName":"n1"},{"addresses":["10.1.0.1"],"nodeName":"n2"}])",
       "10.1.0.1:8080 10.1.0.2:8080", "10.1.0.2:8080"},
      {"local ones fall back to ending ones by themselves",
       R"([{"addresses":["10.1.0.2"],"nodeName":"n1","conditions":{"ready":false,"serving":true,"terminating":true}},
         {"addresses":["10.1.0.1"],"nodeName":"n2"}])",
       "10.1.0.1:8080", "10.1.0.2:8080"},
      {"an address that is none is left out", R"([{"addresses":["x"]},{"addresses":[]},{}])", "", ""},
      {"one address twice is one endpoint", R"([{"addresses":["10.1.0.1"]},{"addresses":["10.1.0.1"]}])",
       "10.1.0.1:8080", ""},
  };
  for (auto& r : rows) {
    auto found = backends_of({slice_of(r.endpoints)}, "", "TCP", "n1");
    EXPECT_EQ(text_of(found.cluster), r.cluster) << r.name;
    EXPECT_EQ(text_of(found.local), r.local) << r.name;
  }
}

TEST(backends_test, finds_the_port_by_name_and_protocol) {
  auto slice = slice_of(
      R"([{"addresses":["10.1.0.1"]}])",
      R"([{"name":"a","port":1,"protocol":"TCP"},{"name":"a","port":2,"protocol":"UDP"},
          {"name":"b","protocol":"TCP"}])");
  EXPECT_EQ(text_of(backends_of({slice}, "a", "UDP", "").cluster), "10.1.0.1:2");
  EXPECT_EQ(text_of(backends_of({slice}, "a", "TCP", "").cluster), "10.1.0.1:1");
  EXPECT_EQ(text_of(backends_of({slice}, "b", "TCP", "").cluster), "") << "a port without number";
  EXPECT_EQ(text_of(backends_of({slice}, "", "TCP", "").cluster), "");
}

TEST(backends_test, several_slices_count_as_one_and_other_families_not_at_all) {
  auto found = backends_of({slice_of(R"([{"addresses":["10.1.0.2"]}])"), slice_of(R"([{"addresses":["10.1.0.1"]}])"),
                            slice_of(R"([{"addresses":["fd00::1"]}])", R"([{"name":"","port":8080}])", "web", "IPv6")},
                           "", "TCP", "");
  EXPECT_EQ(text_of(found.cluster), "10.1.0.1:8080 10.1.0.2:8080");
}

} // namespace
} // namespace troupe::policies::services
