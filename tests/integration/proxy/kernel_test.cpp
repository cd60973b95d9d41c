#include "actors/directory/directory.hpp"
#include "actors/proxy/kernel.hpp"
#include "actors/proxy/proxy.hpp"
#include "network.hpp"
#include <caf/actor_system.hpp>
#include <caf/actor_system_config.hpp>
#include <caf/scoped_actor.hpp>
#include <caf/send.hpp>
#include <chrono>
#include <poll.h>

namespace troupe::tests {
namespace {

using namespace actors;

TEST_F(network, the_proxy_programs_the_kernel_on_its_own_thread) {
  serve(5);
  caf::actor_system_config system_config;
  caf::actor_system system(system_config); // Its threads are in the node's namespace, as the test's.
  {
    caf::scoped_actor self(system);
    auto env = environment::production();
    auto dir = system.spawn(directory::directory);
    proxy::proxy_config c;
    c.instance = "real";
    c.node_name = "node";
    c.service_cidr = "10.96.0.0/16";
    c.cluster_cidr = "10.244.0.0/16";
    auto p = proxy::spawn_proxy(*self.ptr(), env, dir, c);
    auto update = [&](const api::group_resource& type, const char* text) {
      mirror::update u{type, true, 1, {{{}, api::object::parse(text)}}};
      caf::anon_send(p, changed_atom::value, share(std::move(u)));
    };
    update({"", "services"}, R"({"apiVersion":"v1","kind":"Service","metadata":{"name":"web","namespace":"shop"},
      "spec":{"clusterIP":"10.96.0.9","ports":[{"port":80,"protocol":"TCP"}]}})");
    update({"discovery.k8s.io", "endpointslices"}, R"({"apiVersion":"discovery.k8s.io/v1","kind":"EndpointSlice",
      "metadata":{"name":"web-x","namespace":"shop","labels":{"kubernetes.io/service-name":"web"}},"addressType":"IPv4",
      "endpoints":[{"addresses":["10.244.0.5"],"nodeName":"node"}],
      "ports":[{"name":"","port":8080,"protocol":"TCP"}]})");
    std::string said;
    for (int tries = 0; tries < 100 && said != "5<10.244.0.6"; ++tries) {
      said = ask("p6", "10.96.0.9", 80);
      ::poll(nullptr, 0, 20);
    }
    // The fixture's own table, of another instance with the same range, refuses only what nobody serves.
    EXPECT_EQ(said, "5<10.244.0.6");
    EXPECT_NE(run("node", "nft list tables").find("table ip troupe_real"), std::string::npos);
    caf::anon_send_exit(p, caf::exit_reason::user_shutdown);
    caf::anon_send_exit(dir, caf::exit_reason::user_shutdown);
  } // The system's end waits for all actors, so the kernel's thread has ended with the proxy.
}

} // namespace
} // namespace troupe::tests
