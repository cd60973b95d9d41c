#include "actors/cluster/api_endpoints.hpp"
#include "actors/election/election.hpp"
#include "tests/support/api_fixture.hpp"

namespace troupe::actors::cluster {
namespace {

using namespace std::chrono_literals;
namespace json = api::json;
using strings = std::vector<std::string>;

struct process_state {
  static inline const char* name = "process";
};

class api_endpoints_test : public api_fixture {
public:
  void start(std::vector<std::uint64_t> ids) {
    start_api();
    endpoints = own(caf::actor(sys.spawn(api_endpoints, dir, api_endpoints_config{.node_id = 1})));
    tell(ids);
  }
  void tell(std::vector<std::uint64_t> ids, std::uint16_t other_port = 6443) {
    std::vector<policies::cluster::node_record> nodes;
    for (auto id : ids)
      nodes.push_back({.id = id, .name = "n" + std::to_string(id), .control_plane = true,
                       .address = "10.0.0." + std::to_string(id), .link_port = 6440,
                       .api_port = id == 1 ? std::uint16_t(6443) : other_port});
    caf::anon_send(endpoints, roster_atom::value, share(std::move(nodes)));
    pass(100ms);
  }
  caf::actor process(std::uint64_t id) {
    auto p = own(caf::actor(sys.spawn([](stateful<process_state>*) -> caf::behavior { return {[](tick_atom) {}}; })));
    caf::anon_send(dir, offer_atom::value, "node/" + std::to_string(id), caf::actor_cast<caf::strong_actor_ptr>(p));
    pass(100ms);
    return p;
  }
  /// "address:port" of every endpoint.
  strings endpoint_list() {
    strings out;
    auto r = call(apiserver::get(apiserver::admin(), {"", "v1", "endpoints"}, {"default", "kubernetes"}));
    if (!r.ok()) return out;
    if (auto* subsets = api::array_at(r.object->body(), {"subsets"}))
      for (auto& s : *subsets)
        for (auto& a : *api::array_at(s, {"addresses"}))
          out.push_back(fmt::format("{}:{}", api::string_at(a, {"ip"}),
                                    api::int_at(api::array_at(s, {"ports"})->front(), {"port"})));
    return out;
  }
  strings slice_list() {
    strings out;
    const apiserver::resource_path slices{"discovery.k8s.io", "v1", "endpointslices"};
    for (auto& s : call(apiserver::list(apiserver::admin(), slices, "default")).items)
      for (auto& e : *api::array_at(s->body(), {"endpoints"}))
        out.push_back(std::string(s->name()) + " " + api::array_at(e, {"addresses"})->front().as_string().c_str());
    return out;
  }
  caf::actor endpoints;
};

TEST_F(api_endpoints_test, follow_the_living_control_plane_nodes) {
  start({1});
  EXPECT_EQ(endpoint_list(), (strings{"10.0.0.1:6443"}));
  EXPECT_EQ(slice_list(), (strings{"kubernetes 10.0.0.1"}));
  auto two = process(2), three = process(3);
  tell({1, 2, 3});
  EXPECT_EQ(endpoint_list(), (strings{"10.0.0.1:6443", "10.0.0.2:6443", "10.0.0.3:6443"}));
  caf::anon_send_exit(two, caf::exit_reason::kill);
  pass(500ms);
  EXPECT_EQ(endpoint_list().size(), 3u) << "it may be back in a moment";
  pass(600ms);
  EXPECT_EQ(endpoint_list(), (strings{"10.0.0.1:6443", "10.0.0.3:6443"}));
  EXPECT_EQ(slice_list(), (strings{"kubernetes 10.0.0.1", "kubernetes 10.0.0.3"}));
  process(2);
  EXPECT_EQ(endpoint_list().size(), 3u);
  tell({1, 2});
  EXPECT_EQ(endpoint_list(), (strings{"10.0.0.1:6443", "10.0.0.2:6443"})) << "a removed node is left out";
}

TEST_F(api_endpoints_test, of_a_node_that_was_never_seen_go_after_a_while) {
  start({1, 2});
  EXPECT_EQ(endpoint_list().size(), 2u) << "its link may take a moment";
  pass(11s);
  EXPECT_EQ(endpoint_list(), (strings{"10.0.0.1:6443"}));
}

TEST_F(api_endpoints_test, on_different_ports_have_slices_of_their_own) {
  start({1});
  process(2);
  process(3);
  tell({1, 2, 3}, 7443);
  EXPECT_EQ(slice_list(), (strings{"kubernetes 10.0.0.2", "kubernetes 10.0.0.3", "kubernetes-6443 10.0.0.1"}));
  tell({1});
  EXPECT_EQ(slice_list(), (strings{"kubernetes 10.0.0.1"})) << "none is left behind";
}

} // namespace
} // namespace troupe::actors::cluster
