#include "machine_fixture.hpp"
#include "net/process/process.hpp"
#include <caf/send.hpp>
#include <filesystem>
#include <fmt/format.h>
#include <fstream>
#include <poll.h>
#include <sstream>
#include <unistd.h>

namespace troupe::actors::runtime {

std::string shell(const std::string& script) {
  auto done = net::process::run({.argv = {"sh", "-ec", script}, .limit = patience});
  EXPECT_EQ(done.code, 0) << script << "\n" << done.err;
  return done.out;
}

bool eventually(const std::function<bool()>& condition) {
  auto deadline = std::chrono::steady_clock::now() + patience;
  while (!condition()) {
    if (std::chrono::steady_clock::now() > deadline) return false;
    ::poll(nullptr, 0, 10);
  }
  return true;
}

void machine_fixture::SetUp() {
  if (::geteuid() != 0) GTEST_SKIP() << "needs root: makes namespaces and mounts";
  directory = fmt::format("/tmp/troupe-runtime-test-{}", ::getpid());
  config.data_dir = directory + "/data";
  config.run_dir = directory + "/run";
  config.instance = fmt::format("t{}", ::getpid() % 100000);
  config.pod_cidr = "10.251.7.0/24";
  for (auto& c : probe_machine(config))
    if (c.fatal) GTEST_SKIP() << c.message;
  std::filesystem::create_directories(directory);
  cfg.emplace();
  system.emplace(*cfg);
  self.emplace(*system);
  spawn();
  auto archive = directory + "/busybox.tar";
  shell(fmt::format(R"(cd {} && umoci init --layout L && umoci new --image L:bb && umoci unpack --image L:bb B
    mkdir -p B/rootfs/bin B/rootfs/etc B/rootfs/tmp
    for a in $(busybox --list); do ln -sf busybox B/rootfs/bin/$a; done
    rm -f B/rootfs/bin/busybox && cp /bin/busybox B/rootfs/bin/
    echo 'root:x:0:0:root:/root:/bin/sh
web:x:1000:1000::/tmp:/bin/sh' > B/rootfs/etc/passwd
    umoci repack --image L:bb B && umoci config --image L:bb --config.cmd sh --config.env PATH=/bin
    skopeo copy -q --insecure-policy oci:L:bb docker-archive:busybox.tar:docker.io/library/busybox:1.35)",
                    directory));
  auto names = ask<std::vector<std::string>>(runtime.images, load_atom::value, archive);
  ASSERT_EQ(names, std::vector<std::string>{"docker.io/library/busybox:1.35"});
}

void machine_fixture::spawn() { runtime = spawn_embedded(*system, env, config); }

void machine_fixture::drop() {
  for (auto& a : {caf::actor_cast<caf::actor>(runtime.pods), caf::actor_cast<caf::actor>(runtime.images),
                  caf::actor_cast<caf::actor>(runtime.sessions)}) {
    (*self)->monitor(a);
    caf::anon_send_exit(a, caf::exit_reason::kill);
    (*self)->receive([](caf::down_msg&) {});
  }
  runtime = {};
}

void machine_fixture::TearDown() {
  if (!system) return;
  if (runtime.pods) drop();
  self.reset();
  system.reset(); // Waits for the work under way: purge is for what nobody works on.
  EXPECT_EQ(purge(config, true), std::vector<std::string>{});
  std::filesystem::remove_all(directory);
}

sandbox_config machine_fixture::pod(const std::string& name) {
  sandbox_config out;
  out.name = name, out.ns = "default", out.uid = name + "-uid";
  out.hostname = name;
  out.log_directory = directory + "/log/" + name;
  out.cgroup_parent = "burstable/pod" + out.uid;
  out.dns.servers = {"10.96.0.10"};
  return out;
}

container_config machine_fixture::container(const std::string& name, std::vector<std::string> command) {
  container_config out;
  out.name = name;
  out.image = "busybox:1.35";
  out.command = std::move(command);
  out.log_path = directory + "/log/" + name + ".log";
  return out;
}

std::string machine_fixture::start(const std::string& sandbox, const container_config& c) {
  auto id = ask<container_id>(runtime.pods, create_atom::value, sandbox_id{sandbox}, share(c));
  tell(runtime.pods, start_atom::value, id);
  return id.value;
}

container_status machine_fixture::status(const std::string& id) {
  auto s = ask<shared<container_status>>(runtime.pods, status_atom::value, container_id{id});
  return s ? *s : container_status{};
}

container_status machine_fixture::wait_for_exit(const std::string& id) {
  EXPECT_TRUE(eventually([&] { return status(id).state == container_state::exited; }));
  return status(id);
}

caf::actor machine_fixture::open(session_request request) {
  return ask<caf::actor>(runtime.sessions, open_atom::value, share(std::move(request)),
                         caf::actor_cast<caf::actor>(*self));
}

void machine_fixture::read(const caf::actor& node, transcript& t,
                           const std::function<bool(const transcript&)>& enough) {
  using streams::channel;
  bool late = false;
  while (!t.ended && !late && !(enough && enough(t)))
    (*self)->receive(
      [&](data_atom, channel c, const std::string& bytes) {
        (c == channel::out ? t.out : c == channel::err ? t.err : t.status) += bytes;
        (*self)->send(node, credit_atom::value, static_cast<std::uint32_t>(bytes.size()));
      },
      [&](credit_atom, std::uint32_t) {}, [&](close_atom, channel c) { t.ended = t.ended || c == channel::status; },
      caf::after(patience) >> [&] { late = true; });
  EXPECT_FALSE(late) << "out: " << t.out << " err: " << t.err << " status: " << t.status;
}

machine_fixture::transcript machine_fixture::run(session_request request, const std::string& input) {
  bool in = request.what.in;
  auto node = open(std::move(request));
  if (in) {
    if (!input.empty()) (*self)->send(node, data_atom::value, streams::channel::in, input);
    (*self)->send(node, close_atom::value, streams::channel::in);
  }
  transcript t;
  read(node, t);
  return t;
}

session_request machine_fixture::exec(const std::string& id, std::vector<std::string> command) {
  session_request out;
  out.container = id;
  out.what.command = std::move(command);
  return out;
}

std::string machine_fixture::log_of(const std::string& name) const {
  std::ifstream in(directory + "/log/" + name + ".log");
  std::ostringstream out;
  out << in.rdbuf();
  return out.str();
}

} // namespace troupe::actors::runtime
