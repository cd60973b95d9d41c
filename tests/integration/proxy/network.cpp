#include "network.hpp"
#include "net/process/process.hpp"
#include <fcntl.h>
#include <fmt/format.h>
#include <poll.h>
#include <sched.h>
#include <set>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

namespace troupe::tests {

namespace {

std::string shell(const std::string& script) {
  auto done = net::process::run({.argv = {"sh", "-ec", script},
                                 .env = {"PATH=/usr/sbin:/usr/bin:/sbin:/bin"},
                                 .limit = std::chrono::seconds(60)});
  EXPECT_EQ(done.code, 0) << script << "\n" << done.err;
  return done.out;
}

constexpr const char* client_program = R"(
import socket, sys
try:
    s = socket.create_connection((sys.argv[1], int(sys.argv[2])), timeout=1)
    print(s.recv(100).decode(), end="")
except ConnectionRefusedError: print("refused", end="")
except OSError: print("silent", end="")
)";
constexpr const char* many_program = R"(
import socket, sys
seen = set()
for _ in range(int(sys.argv[3])):
    try: seen.add(socket.create_connection((sys.argv[1], int(sys.argv[2])), timeout=1).recv(100).decode())
    except ConnectionRefusedError: seen.add("refused")
    except OSError: seen.add("silent")
print(" ".join(sorted(seen)), end="")
)";
constexpr const char* server_program = R"(
import socket, sys
s = socket.socket()
s.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
s.bind(("0.0.0.0", 8080))
s.listen(100)
while True:
    c, peer = s.accept()
    c.sendall((sys.argv[1] + ("<" + peer[0] if len(sys.argv) > 2 else "")).encode())
    c.close()
)";

void enter(int fd) { ASSERT_EQ(::setns(fd, CLONE_NEWNET), 0); }

} // namespace

void network::SetUp() {
  if (::geteuid() != 0) GTEST_SKIP() << "needs root: makes network namespaces";
  home = ::open("/proc/thread-self/ns/net", O_RDONLY | O_CLOEXEC);
  prefix = fmt::format("tp{}", ::getpid() % 100000);
  shell(fmt::format(R"(
    for n in node client p5 p6; do ip netns add {0}$n; ip -n {0}$n link set lo up; done
    ip -n {0}node link add cni0 type bridge
    ip -n {0}node addr add 10.244.0.1/24 dev cni0
    ip -n {0}node link set cni0 up
    for i in 5 6; do
      ip -n {0}node link add v$i type veth peer name eth0 netns {0}p$i
      ip -n {0}node link set v$i master cni0 up
      bridge -n {0}node link set dev v$i hairpin on
      ip -n {0}p$i addr add 10.244.0.$i/24 dev eth0
      ip -n {0}p$i link set eth0 up
      ip -n {0}p$i route add default via 10.244.0.1
    done
    ip -n {0}node link add out type veth peer name eth0 netns {0}client
    ip -n {0}node addr add 192.0.2.1/24 dev out
    ip -n {0}node link set out up
    ip -n {0}node route add default via 192.0.2.2
    ip -n {0}client addr add 192.0.2.2/24 dev eth0
    ip -n {0}client link set eth0 up
    ip -n {0}client route add default via 192.0.2.1
    ip netns exec {0}node sh -c 'echo 1 > /proc/sys/net/ipv4/ip_forward
      echo 1 > /proc/sys/net/ipv4/conf/all/route_localnet
      echo 1 > /proc/sys/net/bridge/bridge-nf-call-iptables')",
                    prefix));
  int node = ::open(("/run/netns/" + full("node")).c_str(), O_RDONLY | O_CLOEXEC);
  enter(node);
  ::close(node);
  config = {net::nftables::table_name("a-b"), "10.96.0.0/16", "10.244.0.0/16"};
  kernel = std::make_unique<net::nftables::client>();
  writer = std::make_unique<net::nftables::script_writer>(config);
  for (auto& script : writer->replace({})) {
    auto done = kernel->run(script);
    ASSERT_TRUE(done) << done.error();
  }
}

void network::TearDown() {
  if (prefix.empty()) return;
  kernel.reset();
  for (auto pid : servers) {
    ::kill(pid, SIGKILL);
    ::waitpid(pid, nullptr, 0);
  }
  enter(home);
  ::close(home);
  shell(fmt::format("for n in node client p5 p6; do ip netns del {}$n; done", prefix));
}

std::string network::run(const std::string& where, const std::string& script) {
  auto done = net::process::run({.argv = {"ip", "netns", "exec", full(where), "sh", "-ec", script},
                                 .env = {"PATH=/usr/sbin:/usr/bin:/sbin:/bin"},
                                 .limit = std::chrono::seconds(60)});
  return done.out + done.err;
}

void network::serve(int pod) {
  auto name = full(fmt::format("p{}", pod));
  auto number = std::to_string(pod);
  auto pid = ::fork();
  if (pid == 0) {
    ::execlp("ip", "ip", "netns", "exec", name.c_str(), "python3", "-c", server_program, number.c_str(), "peer",
             nullptr);
    ::_exit(127);
  }
  servers.push_back(pid);
  for (int tries = 0; tries < 200 && run(fmt::format("p{}", pod), "ss -Htln sport = :8080").empty(); ++tries)
    ::poll(nullptr, 0, 20);
}

std::string network::ask(const std::string& where, const std::string& address, int port) {
  auto done = net::process::run(
      {.argv = {"ip", "netns", "exec", full(where), "python3", "-c", client_program, address, std::to_string(port)},
       .env = {"PATH=/usr/sbin:/usr/bin:/sbin:/bin"}});
  return done.out + done.err;
}

std::string network::answers(const std::string& where, const std::string& address, int port, int times) {
  auto done = net::process::run({.argv = {"ip", "netns", "exec", full(where), "python3", "-c", many_program, address,
                                          std::to_string(port), std::to_string(times)},
                                 .env = {"PATH=/usr/sbin:/usr/bin:/sbin:/bin"}});
  return done.out + done.err;
}

void network::apply(const net::nftables::change& c) {
  auto done = kernel->run(writer->apply(c));
  ASSERT_TRUE(done) << done.error();
}

} // namespace troupe::tests
