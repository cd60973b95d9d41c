#include "actors/dns/service.hpp"
#include "actors/proxy/purge.hpp"
#include "net/nftables/affinity.hpp"
#include "net/nftables/conntrack.hpp"
#include "network.hpp"
#include "policies/services/dns_index.hpp"
#include <poll.h>

namespace troupe::tests {
namespace {

namespace nft = net::nftables;
const nft::endpoint p5{0x0af40005, 8080}, p6{0x0af40006, 8080};
const std::uint32_t vip = 0x0a600009;
const nft::frontend web{false, false, vip, 80}, node_port{false, false, 0, 30080},
    node_port_inside{false, true, 0, 30080};

nft::balance to(std::vector<nft::endpoint> endpoints, std::uint32_t sticky = 0, bool masquerade = false) {
  return {std::move(endpoints), sticky, masquerade};
}

TEST_F(network, a_cluster_ip_is_balanced_over_its_endpoints) {
  serve(5);
  serve(6);
  EXPECT_EQ(ask("p5", "10.96.0.9", 80), "refused") << "nothing is there yet";
  apply({{}, {{web, to({p5, p6})}}, {}, {p5.address, p6.address}});
  // A pod that reaches itself sees the address of the bridge, all others the client.
  EXPECT_EQ(answers("p5", "10.96.0.9", 80), "5<10.244.0.1 6<10.244.0.5");
  EXPECT_EQ(answers("node", "10.96.0.9", 80), "5<10.244.0.1 6<10.244.0.1");
  EXPECT_EQ(ask("p5", "10.96.0.9", 81), "refused") << "another port";
  apply({{{web, to({p5, p6})}}, {{web, to({p6})}}, {p5.address}, {}});
  EXPECT_EQ(answers("p5", "10.96.0.9", 80), "6<10.244.0.5");
  apply({{{web, to({p6})}}, {{web, to({})}}, {p6.address}, {}});
  EXPECT_EQ(ask("p5", "10.96.0.9", 80), "refused");
  EXPECT_EQ(ask("node", "10.96.0.9", 80), "refused");
}

TEST_F(network, affinity_keeps_a_client_at_its_endpoint) {
  serve(5);
  serve(6);
  apply({{}, {{web, to({p5, p6}, 60)}}, {}, {p5.address, p6.address}});
  auto seen = answers("p5", "10.96.0.9", 80);
  EXPECT_TRUE(seen == "5<10.244.0.1" || seen == "6<10.244.0.5") << seen;
}

TEST_F(network, affinity_outlives_a_change_of_the_endpoints_and_ends_with_the_clients_own) {
  serve(5);
  serve(6);
  apply({{}, {{web, to({p5}, 60)}, {node_port, to({p5}, 60, true)}}, {}, {}});
  EXPECT_EQ(ask("client", "10.96.0.9", 80), "5<10.244.0.1");
  EXPECT_EQ(ask("client", "192.0.2.1", 30080), "5<10.244.0.1");
  // Whatever the choice among two would be: the client stays.
  nft::change more{{{web, to({p5}, 60)}, {node_port, to({p5}, 60, true)}},
                   {{web, to({p5, p6}, 60)}, {node_port, to({p5, p6}, 60, true)}}, {}, {}};
  apply(more);
  EXPECT_EQ(answers("client", "10.96.0.9", 80), "5<10.244.0.1");
  EXPECT_EQ(answers("client", "192.0.2.1", 30080), "5<10.244.0.1");
  nft::change less{more.added, {{web, to({p6}, 60)}, {node_port, to({p6}, 60, true)}}, {}, {}};
  apply(less);
  auto listing = kernel->run(nft::list_affinity(config.table, false));
  ASSERT_TRUE(listing) << listing.error();
  auto done = kernel->run(nft::forget_affinity(config.table, false, *listing, nft::lost_endpoints(less)));
  ASSERT_TRUE(done) << done.error();
  EXPECT_EQ(answers("client", "10.96.0.9", 80), "6<10.244.0.1");
  EXPECT_EQ(answers("client", "192.0.2.1", 30080), "6<10.244.0.1");
}

TEST_F(network, affinity_ends_when_the_client_was_silent_for_long_enough) {
  serve(5);
  apply({{}, {{web, to({p5}, 1)}}, {}, {}});
  EXPECT_EQ(ask("client", "10.96.0.9", 80), "5<10.244.0.1");
  bool gone = false;
  for (int tries = 0; tries < 600 && !gone; ++tries) {
    ::poll(nullptr, 0, 50);
    gone = kernel->run(nft::list_affinity(config.table, false)).value_or("").find("elements") == std::string::npos;
  }
  EXPECT_TRUE(gone);
}

TEST_F(network, a_node_port_is_there_for_everybody) {
  serve(5);
  serve(6);
  apply({{}, {{node_port, to({p5, p6}, 0, true)}}, {}, {}});
  EXPECT_EQ(answers("client", "192.0.2.1", 30080), "5<10.244.0.1 6<10.244.0.1");
  EXPECT_EQ(answers("node", "192.0.2.1", 30080), "5<10.244.0.1 6<10.244.0.1");
  EXPECT_EQ(answers("node", "127.0.0.1", 30080), "5<10.244.0.1 6<10.244.0.1");
  EXPECT_EQ(answers("p6", "10.244.0.1", 30080), "5<10.244.0.1 6<10.244.0.1");
}

TEST_F(network, the_external_policy_local_keeps_the_clients_address_and_its_inside_clients_go_anywhere) {
  serve(5);
  serve(6);
  apply({{}, {{node_port, to({p5})}, {node_port_inside, to({p5, p6}, 0, true)}}, {}, {}});
  EXPECT_EQ(answers("client", "192.0.2.1", 30080), "5<192.0.2.2");
  EXPECT_EQ(answers("node", "192.0.2.1", 30080), "5<10.244.0.1 6<10.244.0.1");
  auto nobody = to({});
  nobody.drop_when_empty = true;
  apply({{{node_port, to({p5})}}, {{node_port, nobody}}, {}, {}});
  EXPECT_EQ(ask("client", "192.0.2.1", 30080), "silent");
  apply({{{node_port, nobody}}, {{node_port, to({})}}, {}, {}});
  EXPECT_EQ(ask("client", "192.0.2.1", 30080), "refused");
}

TEST_F(network, a_udp_client_with_a_fixed_port_leaves_an_endpoint_that_is_gone) {
  const nft::frontend names{true, false, vip, 53};
  const nft::endpoint u5{p5.address, 9053}, u6{p6.address, 9053};
  std::string echo = R"(python3 -c '
import socket
s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
s.bind(("0.0.0.0", 9053))
open("/tmp/'$READY'", "w").close()
s.settimeout(20)
while True:
    data, peer = s.recvfrom(100)
    s.sendto(b"NUMBER", peer)
' >/dev/null 2>&1 &
echo $!)";
  std::vector<std::string> pids;
  for (auto* number : {"5", "6"}) {
    auto script = echo;
    auto ready = prefix + "-udp-" + number;
    script.replace(script.find("'$READY'"), 8, ready);
    script.replace(script.find("NUMBER"), 6, number);
    pids.push_back(run(std::string("p") + number, script));
    (void)run("node",
              "for i in $(seq 200); do [ -e /tmp/" + ready + " ] && break; sleep 0.02; done; rm -f /tmp/" + ready);
  }
  auto say = [&] {
    return run("client", R"(python3 -c '
import socket
s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
s.bind(("0.0.0.0", 5555))
s.settimeout(1)
s.sendto(b"x", ("10.96.0.9", 53))
print(s.recv(100).decode(), end="")
' 2>/dev/null || echo silent)");
  };
  apply({{}, {{names, to({u5})}}, {}, {}});
  EXPECT_EQ(say(), "5");
  nft::change move{{{names, to({u5})}}, {{names, to({u6})}}, {}, {}};
  apply(move);
  EXPECT_EQ(say(), "5") << "the flow goes on";
  auto cut = nft::forget(nft::cut_flows(move));
  ASSERT_TRUE(cut) << cut.error();
  EXPECT_EQ(*cut, 1u);
  EXPECT_EQ(say(), "6");
  for (auto& pid : pids) (void)run("node", "kill " + pid);
}

TEST_F(network, ten_thousand_elements_are_written_in_pieces) {
  nft::change all;
  for (std::uint32_t i = 0; i < 3000; ++i)
    all.added.emplace(nft::frontend{(i & 1) != 0, false, 0x0a600100 + i, 80}, to({p5, p6}));
  for (auto& script : writer->replace(all)) {
    auto done = kernel->run(script);
    ASSERT_TRUE(done) << done.error();
  }
}

TEST_F(network, pods_ask_the_dns_and_nothing_is_left_of_it) {
  api::object_table services, slices, namespaces;
  services.put(api::object::parse(R"({"apiVersion":"v1","kind":"Service","metadata":{"name":"web","namespace":"shop"},
    "spec":{"clusterIP":"10.96.0.9","ports":[{"name":"http","port":80,"protocol":"TCP"}]}})"));
  {
    auto s = actors::dns::service::start({.address = 0x0a60000a}, 1);
    ASSERT_TRUE(s) << s.error();
    (*s)->publish(policies::services::make_dns_index("cluster.local", services, slices, namespaces));
    for (auto* where : {"p5", "node"}) {
      auto said = run(where, "busybox nslookup -type=a web.shop.svc.cluster.local 10.96.0.10 || true");
      EXPECT_NE(said.find("10.96.0.9"), std::string::npos) << where << ": " << said;
    }
    auto no = run("p5", "busybox nslookup -type=a nothing.shop.svc.cluster.local 10.96.0.10 || true");
    EXPECT_NE(no.find("NXDOMAIN"), std::string::npos) << no;
  }
  EXPECT_NE(run("node", "ip addr show lo").find("10.96.0.10/32"), std::string::npos);
  EXPECT_EQ(actors::proxy::purge("a-b", "10.96.0.10"), std::vector<std::string>{});
  EXPECT_EQ(run("node", "ip addr show lo").find("10.96.0.10/32"), std::string::npos);
  EXPECT_EQ(run("node", "nft list tables"), "");
}

} // namespace
} // namespace troupe::tests
