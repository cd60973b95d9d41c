#include "actors/network/routes.hpp"
#include "actors/directory/directory.hpp"
#include "hosts.hpp"
#include <caf/actor_system.hpp>
#include <caf/actor_system_config.hpp>
#include <caf/scoped_actor.hpp>
#include <caf/send.hpp>
#include <chrono>
#include <fmt/format.h>
#include <poll.h>

namespace troupe::tests {
namespace {

using namespace actors;

api::object_ptr node(const std::string& name, const std::string& range, const std::string& ip) {
  return api::object::parse(fmt::format(
    R"({{"apiVersion":"v1","kind":"Node","metadata":{{"name":"{}"}},"spec":{{"podCIDR":"{}"}},
        "status":{{"addresses":[{{"type":"InternalIP","address":"{}"}}]}}}})", name, range, ip));
}

TEST_F(hosts, the_actor_follows_the_nodes_and_programs_the_kernel_on_its_own_thread) {
  reconcile('c');
  serve("pc");
  in("a", [&] {
    caf::actor_system_config system_config;
    caf::actor_system system(system_config); // Its threads are in the node's namespace, as the one that makes it.
    caf::scoped_actor self(system);
    auto env = environment::production();
    auto dir = system.spawn(directory::directory);
    auto r = network::spawn_routes(*self.ptr(), env, dir,
                                   {.instance = "x", .cluster_id = "test", .node_name = "a", .node_ip = "192.0.2.1",
                                    .pod_cidr = "10.244.1.0/24", .cluster_cidr = "10.244.0.0/16",
                                    .service_cidr = "10.96.0.0/16"});
    mirror::update u{{"", "nodes"}, true, 1,
                     {{{}, node("a", "10.244.1.0/24", "192.0.2.1")}, {{}, node("c", "10.244.3.0/24", "198.51.100.3")}}};
    caf::anon_send(r, changed_atom::value, share(std::move(u)));
    auto reaches = [&] {
      std::string said;
      for (int tries = 0; tries < 100 && said != "pc<10.244.1.5"; ++tries) {
        said = ask("pa", "10.244.3.5");
        ::poll(nullptr, 0, 20);
      }
      return said;
    };
    EXPECT_EQ(reaches(), "pc<10.244.1.5");
    auto begin = std::chrono::steady_clock::now();
    run("a", "ip link del tr-x-v");
    EXPECT_EQ(reaches(), "pc<10.244.1.5");
    EXPECT_LT(std::chrono::steady_clock::now() - begin, std::chrono::seconds(8)) << "long before the next comparison";
    caf::anon_send_exit(r, caf::exit_reason::user_shutdown);
    caf::anon_send_exit(dir, caf::exit_reason::user_shutdown);
    r = nullptr;
  }); // The system's end waits for all actors, so the kernel's thread has ended with the routes.
  EXPECT_EQ(ask("pa", "10.244.3.5"), "pc<10.244.1.5") << "pods are reached while the process is restarted";
}

} // namespace
} // namespace troupe::tests
