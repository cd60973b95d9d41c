#include "actors/cluster/role_label.hpp"
#include "tests/support/api_fixture.hpp"

namespace troupe::actors::cluster {
namespace {

using namespace std::chrono_literals;
namespace json = api::json;

class role_label_test : public api_fixture {
public:
  void register_node(std::string_view name) {
    auto made = call(apiserver::create(apiserver::admin(), {"", "v1", "nodes"},
                                       {{"metadata", {{"name", name}, {"labels", {{"mine", "x"}}}}}}));
    EXPECT_TRUE(made.ok()) << made.message();
  }
  json::object labels(std::string_view name) {
    auto r = call(apiserver::get(apiserver::admin(), {"", "v1", "nodes"}, {"", std::string(name)}));
    auto* found = r.ok() ? api::object_at(r.object->body(), {"metadata", "labels"}) : nullptr;
    return found ? *found : json::object{};
  }
};

TEST_F(role_label_test, a_node_is_labelled_once_it_has_registered_and_no_other) {
  start_api();
  own(caf::actor(sys.spawn(role_label, dir, role_label_config{.node = "n1"})));
  pass(3s);
  register_node("n1");
  register_node("n2");
  pass(5s);
  EXPECT_EQ(labels("n1"), (json::object{{"mine", "x"}, {"node-role.kubernetes.io/control-plane", ""}}));
  EXPECT_FALSE(labels("n2").contains("node-role.kubernetes.io/control-plane"));
}

} // namespace
} // namespace troupe::actors::cluster
