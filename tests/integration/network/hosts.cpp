#include "hosts.hpp"
#include "actors/network/machine.hpp"
#include "net/netlink/namespace.hpp"
#include "net/nftables/client.hpp"
#include "net/nftables/masquerade.hpp"
#include "net/nftables/script.hpp"
#include "net/process/process.hpp"
#include <fmt/format.h>
#include <poll.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

namespace troupe::tests {

namespace {

const std::vector<std::string> environment{"PATH=/usr/sbin:/usr/bin:/sbin:/bin"};

std::string shell(const std::string& script) {
  auto done = net::process::run({.argv = {"sh", "-ec", script}, .env = environment,
                                 .limit = std::chrono::seconds(60)});
  EXPECT_EQ(done.code, 0) << script << "\n" << done.err;
  return done.out;
}

constexpr const char* ask_program = R"(
import socket, sys
try: print(socket.create_connection((sys.argv[1], int(sys.argv[2])), timeout=2).recv(100).decode(), end="")
except ConnectionRefusedError: print("refused", end="")
except OSError: print("silent", end="")
)";
constexpr const char* count_program = R"(
import socket, sys
s = socket.create_connection((sys.argv[1], 8080), timeout=5)
n = 0
while True:
    d = s.recv(65536)
    if not d: break
    n += len(d)
print(n, end="")
)";
constexpr const char* serve_program = R"(
import socket, sys
s = socket.socket()
s.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
s.bind(("0.0.0.0", 8080))
s.listen(100)
while True:
    c, peer = s.accept()
    c.sendall((sys.argv[1] + "<" + peer[0]).encode() if sys.argv[2] == "0" else b"x" * int(sys.argv[2]))
    c.close()
)";

} // namespace

void hosts::SetUp() {
  if (::geteuid() != 0) GTEST_SKIP() << "needs root: makes network namespaces";
  prefix = fmt::format("tn{}", ::getpid() % 100000);
  shell(fmt::format(R"(
    for n in r x a b c pa pb pc; do ip netns add {0}$n; ip -n {0}$n link set lo up
      ip netns exec {0}$n sh -c 'echo 1 > /proc/sys/net/ipv6/conf/all/disable_ipv6
        echo 1 > /proc/sys/net/ipv6/conf/default/disable_ipv6'
    done
    for s in 1 2; do ip -n {0}r link add s$s type bridge; ip -n {0}r link set s$s up; done
    ip -n {0}r addr add 192.0.2.254/24 dev s1
    ip -n {0}r addr add 198.51.100.254/24 dev s2
    ip netns exec {0}r sh -c 'echo 1 > /proc/sys/net/ipv4/ip_forward'
    plug() {{
      ip -n {0}r link add v$1 type veth peer name eth0 netns {0}$1
      ip -n {0}r link set v$1 master s$2 up
      ip -n {0}$1 addr add $3/24 dev eth0
      ip -n {0}$1 link set eth0 up
      ip -n {0}$1 route add default via $4
    }}
    plug x 1 192.0.2.9 192.0.2.254
    plug a 1 192.0.2.1 192.0.2.254
    plug b 1 192.0.2.2 192.0.2.254
    plug c 2 198.51.100.3 198.51.100.254
    pod() {{
      ip netns exec {0}$1 sh -c 'for i in all default eth0; do echo 1 > /proc/sys/net/ipv4/conf/$i/rp_filter; done
        echo 1 > /proc/sys/net/bridge/bridge-nf-call-iptables'
      ip -n {0}$1 link add cni0 type bridge
      ip -n {0}$1 addr add 10.244.$2.1/24 dev cni0
      ip -n {0}$1 link set cni0 up
      ip -n {0}$1 link add vp type veth peer name eth0 netns {0}p$1
      ip -n {0}$1 link set vp master cni0 up
      ip -n {0}p$1 addr add 10.244.$2.5/24 dev eth0
      ip -n {0}p$1 link set eth0 up
      ip -n {0}p$1 route add default via 10.244.$2.1
    }}
    pod a 1; pod b 2; pod c 3)", prefix));
  nodes = {{"a", 0xc0000201, {0x0af40100, 24}}, {"b", 0xc0000202, {0x0af40200, 24}},
           {"c", 0xc6336403, {0x0af40300, 24}}};
}

void hosts::TearDown() {
  if (prefix.empty()) return;
  for (auto pid : servers) {
    ::kill(pid, SIGKILL);
    ::waitpid(pid, nullptr, 0);
  }
  shell(fmt::format("for n in r x a b c pa pb pc; do ip netns del {}$n; done", prefix));
}

std::string hosts::run(const std::string& where, const std::string& script) {
  auto done = net::process::run({.argv = {"ip", "netns", "exec", full(where), "sh", "-ec", script}, .env = environment,
                                 .limit = std::chrono::seconds(60)});
  return done.out + done.err;
}

void hosts::in(const std::string& where, const std::function<void()>& work) {
  auto done = net::netlink::in_network("/run/netns/" + full(where), work);
  ASSERT_TRUE(done) << done.error();
}

std::string hosts::python(const std::string& where, const char* program, std::vector<std::string> words) {
  std::vector<std::string> argv{"ip", "netns", "exec", full(where), "python3", "-c", program};
  argv.insert(argv.end(), words.begin(), words.end());
  auto done = net::process::run({.argv = argv, .env = environment, .limit = std::chrono::seconds(60)});
  return done.out + done.err;
}

void hosts::serve(const std::string& where, int more) {
  auto name = full(where);
  auto bytes = std::to_string(more);
  auto pid = ::fork();
  if (pid == 0) {
    ::execlp("ip", "ip", "netns", "exec", name.c_str(), "python3", "-c", serve_program, where.c_str(), bytes.c_str(),
             nullptr);
    ::_exit(127);
  }
  servers.push_back(pid);
  for (int tries = 0; tries < 200 && run(where, "ss -Htln sport = :8080").empty(); ++tries) ::poll(nullptr, 0, 20);
}

std::string hosts::ask(const std::string& where, const std::string& address, int port) {
  return python(where, ask_program, {address, std::to_string(port)});
}

std::string hosts::count(const std::string& where, const std::string& address) {
  return python(where, count_program, {address});
}

policies::network::cluster_view hosts::view(char node) const {
  policies::network::cluster_view out;
  out.instance = "x";
  out.cluster_id = "test";
  out.cluster = {0x0af40000, 16};
  out.services = {0x0a600000, 16};
  for (auto& n : nodes) {
    if (n.name[0] == node) out.self = n;
    else out.nodes.push_back(n);
  }
  return out;
}

actors::network::kernel_report hosts::reconcile(const policies::network::cluster_view& v) {
  actors::network::kernel_report out;
  in(v.self.name, [&] {
    auto done = actors::network::reconcile(v);
    ASSERT_TRUE(done) << done.error();
    EXPECT_EQ(done->errors, std::vector<std::string>{});
    out = *done;
  });
  return out;
}

actors::network::kernel_report hosts::reconcile(char node) { return reconcile(view(node)); }

void hosts::filter(char node, const net::nftables::change& services) {
  auto v = view(node);
  in(v.self.name, [&] {
    net::nftables::client kernel;
    auto table = net::nftables::table_name(v.instance);
    net::nftables::script_writer writer({table, to_text(v.services), to_text(v.cluster)});
    auto scripts = writer.replace(services);
    scripts.push_back(net::nftables::masquerade(v.instance, to_text(v.self.pods),
                                                {to_text(v.cluster), to_text(v.services)}));
    for (auto& s : scripts) {
      auto done = kernel.run(s);
      ASSERT_TRUE(done) << done.error();
    }
  });
}

std::string hosts::kernel_of(const std::string& where) {
  // Without the states of links and learned neighbours, which change by themselves.
  return run(where, "ip -o link | sed 's/^[0-9]*: //; s/ state [A-Z]*//'; ip -o addr | sed 's/^[0-9]*: //'; "
                    "ip route show table all; nft list ruleset; bridge fdb show | grep permanent; "
                    "ip neigh show nud permanent");
}

} // namespace troupe::tests
