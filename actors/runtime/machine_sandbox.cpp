#include "actors/runtime/files.hpp"
#include "actors/runtime/json_codec.hpp"
#include "actors/runtime/machine.hpp"
#include "actors/runtime/pause.hpp"
#include "net/netlink/link.hpp"
#include "net/netlink/namespace.hpp"
#include "net/nftables/masquerade.hpp"
#include "net/process/process.hpp"
#include "policies/network/overlay.hpp"
#include <algorithm>
#include <cerrno>
#include <csignal>
#include <fmt/format.h>
#include <sched.h>
#include <sys/mount.h>
#include <sys/wait.h>
#include <thread>
#include <unistd.h>

namespace troupe::actors::runtime {

namespace cni = net::cni;
namespace netlink = net::netlink;
namespace oci = policies::oci;

namespace {

std::vector<cni::port> ports_of(const sandbox_config& config) {
  std::vector<cni::port> out;
  for (auto& p : config.ports)
    if (p.host_port != 0)
      out.push_back({p.proto == oci::protocol::udp ? "udp" : "tcp", p.host_port, p.container_port, p.host_ip});
  return out;
}

std::string node_hostname() {
  char name[HOST_NAME_MAX + 1] = {};
  ::gethostname(name, HOST_NAME_MAX);
  return name;
}

api::json::object previous_result(const sandbox_record& s) {
  boost::system::error_code ec;
  auto v = api::json::parse(s.network, ec);
  return ec || !v.is_object() ? api::json::object{} : v.as_object();
}

} // namespace

std::string machine::network_namespace(const std::string& sandbox) const { return where_.sandbox(sandbox) + "/net"; }

backend::outcome machine::save(const sandbox_record& s) const {
  return files::write(where_.sandbox(s.status.id) + "/state.json", to_json(s));
}

cni::bridge_network machine::network(const std::string& cidr) const {
  return {"troupe-" + config_.instance, cni::bridge_name(config_.instance), cidr, where_.ipam(), config_.mtu};
}

/// What a pod may send at once. Where some nodes are behind a tunnel its packets have to fit into that as well: pods
/// need not find out by themselves.
std::uint32_t machine::pod_mtu() const {
  auto tunnel = netlink::find_link(policies::network::overlay_name(config_.instance));
  return tunnel && *tunnel ? std::min(config_.mtu, (*tunnel)->mtu) : config_.mtu;
}

backend::outcome machine::set_pod_cidr(const std::string& cidr) {
  if (auto s = cni::parse_subnet(cidr); !s) return tl::unexpected(s.error());
  std::lock_guard guard(network_mutex_);
  if (pod_cidr_ == cidr) return {};
  pod_cidr_ = cidr;
  network_ready_ = false;
  return netlink::remove_link(cni::bridge_name(config_.instance));
}

/// Pods keep their own address towards the cluster and get the node's towards the world.
backend::outcome machine::masquerade(bool on) const {
  auto script = on ? net::nftables::masquerade(config_.instance, pod_cidr_, config_.cluster_cidrs)
                   : net::nftables::no_masquerade(config_.instance);
  auto done = net::process::run({.argv = {"nft", "-f", "-"}, .input = script});
  if (!done.ok()) return tl::unexpected("nft: " + done.err);
  return {};
}

backend::outcome machine::prepare_network() {
  std::lock_guard guard(network_mutex_);
  if (network_ready_) return {};
  auto subnet = cni::parse_subnet(pod_cidr_);
  if (!subnet) return tl::unexpected(subnet.error());
  // Made here and not by the plugin: a bridge that it leaves half made stays broken, and a fixed hardware address
  // spares the pods a stale neighbour entry when ports come and go.
  auto made = netlink::make_bridge(cni::bridge_name(config_.instance), subnet->base + 1, config_.mtu);
  if (!made) return made;
  if (auto done = masquerade(true); !done) return done;
  // Else a pod that reaches its neighbour through a service address gets the answer around the address translation.
  (void)files::put("/proc/sys/net/bridge/bridge-nf-call-iptables", "1");
  (void)files::put("/proc/sys/net/ipv4/ip_forward", "1");
  network_ready_ = true;
  return {};
}

backend::outcome machine::attach(sandbox_record& s) {
  if (auto ready = prepare_network(); !ready) return ready;
  {
    std::lock_guard guard(network_mutex_);
    s.pod_cidr = pod_cidr_;
  }
  auto to = network(s.pod_cidr);
  to.mtu = pod_mtu();
  auto done = plugins_.add(to, ports_of(s.status.config),
                           {.id = s.status.id, .netns = network_namespace(s.status.id)});
  if (!done) {
    std::lock_guard guard(network_mutex_);
    network_ready_ = false; // Perhaps somebody removed the bridge: the next attempt makes it again.
    return tl::unexpected("failed to setup network for sandbox \"" + s.status.id + "\": " + done.error());
  }
  s.status.ips = done->ips;
  s.network = api::json::serialize(done->document);
  return {};
}

backend::outcome machine::write_sandbox_files(const sandbox_record& s) {
  auto& config = s.status.config;
  auto directory = where_.sandbox(s.status.id);
  auto resolv = oci::resolv_conf(config.dns);
  if (resolv.empty()) resolv = files::read("/etc/resolv.conf", 64 * 1024).value_or("");
  if (auto done = files::write(directory + "/resolv.conf", resolv, 0644); !done) return done;
  auto hostname = config.hostname.empty() ? node_hostname() : config.hostname;
  if (auto done = files::write(directory + "/hostname", hostname + "\n", 0644); !done) return done;
  if (config.host_ipc) return {};
  auto shm = directory + "/shm";
  if (auto made = files::make_directories(shm); !made) return made;
  if (::mount("shm", shm.c_str(), "tmpfs", MS_NOSUID | MS_NODEV | MS_NOEXEC, "mode=1777,size=65536k") != 0)
    return files::failure("mount " + shm);
  return {};
}

/// The first process of the pod's pid namespace: it reaps orphans, and the namespace lives as long as it does.
backend::outcome machine::start_pause(sandbox_record& s) {
  auto program = where_.run + "/pause";
  if (!files::exists(program))
    if (auto done = files::write(program, pause_program(), 0755); !done) return done;
  outcome out;
  std::thread([&] {
    if (::unshare(CLONE_NEWPID) != 0) {
      out = files::failure("unshare");
      return;
    }
    auto started = net::process::start({.argv = {program}, .new_session = true});
    if (!started) {
      out = tl::unexpected(started.error());
      return;
    }
    s.pause_pid = static_cast<std::uint32_t>(started->pid);
  }).join();
  if (!out) return out;
  s.pause_ticks = start_ticks(s.pause_pid);
  return cgroups_.enter(s.cgroup, static_cast<int>(s.pause_pid));
}

bool machine::sandbox_lives(const sandbox_record& s) {
  if (s.pause_pid != 0 && !is_running(s.pause_pid, s.pause_ticks)) return false;
  return s.status.config.host_network || netlink::is_pinned(network_namespace(s.status.id));
}

backend::result<sandbox_record> machine::make_sandbox(sandbox_record s) {
  auto& config = s.status.config;
  auto directory = where_.sandbox(s.status.id);
  s.status.created_us = now_us();
  s.cgroup = oci::cgroup_root(config_.instance) + "/" + config.cgroup_parent;
  for (auto& p : config.ports)
    if (p.host_port != 0 && p.proto == oci::protocol::sctp)
      return tl::unexpected(fmt::format(
          "failed to setup network for sandbox \"{}\": host port {}: SCTP is not supported", s.status.id, p.host_port));
  auto make = [&]() -> outcome {
    if (auto done = files::make_directories(directory, 0711); !done) return done;
    // Saved before anything is made, so that a crash leaves a sandbox that is not ready instead of a leak.
    if (auto done = save(s); !done) return done;
    if (!config.log_directory.empty())
      if (auto done = files::make_directories(config.log_directory); !done) return done;
    if (auto done = cgroups_.make(s.cgroup, config.limits); !done) return done;
    netlink::namespace_request spaces{.hostname = config.hostname, .sysctls = config.sysctls};
    if (!config.host_network) spaces.net = network_namespace(s.status.id);
    if (!config.host_network) spaces.uts = directory + "/uts";
    if (!config.host_ipc) spaces.ipc = directory + "/ipc";
    if (!config.host_network) {
      // As container runtimes do: ports below 1024 and ping without a capability, inside the pod's own network.
      spaces.sysctls.emplace("net.ipv4.ip_unprivileged_port_start", "0");
      spaces.sysctls.emplace("net.ipv4.ping_group_range", "0 2147483647");
    }
    if (auto done = netlink::make_namespaces(spaces); !done) return done;
    if (auto done = write_sandbox_files(s); !done) return done;
    if (config.share_processes && !config.host_pid)
      if (auto done = start_pause(s); !done) return done;
    if (!config.host_network)
      if (auto done = attach(s); !done) return done;
    s.status.ready = true;
    if (auto done = save(s); !done) return done;
    watch_process(s.status.id, s.pause_pid);
    return {};
  };
  if (auto done = make(); !done) {
    (void)stop_sandbox(s);
    (void)remove_sandbox(s);
    return tl::unexpected(done.error());
  }
  return s;
}

backend::outcome machine::stop_sandbox(const sandbox_record& s) {
  outcome out;
  auto note = [&](outcome done) {
    if (!done && out) out = std::move(done);
  };
  auto& config = s.status.config;
  if (s.pause_pid != 0 && start_ticks(s.pause_pid) == s.pause_ticks) {
    signal_process(s.pause_pid, s.pause_ticks, SIGKILL);
    // Also one that ended by itself is reaped here. Fails at once for a child of an earlier process.
    (void)::waitpid(static_cast<pid_t>(s.pause_pid), nullptr, 0);
  }
  if (!config.host_network) {
    auto path = network_namespace(s.status.id);
    cni::attachment to{.id = s.status.id, .netns = netlink::is_pinned(path) ? path : ""};
    if (!s.pod_cidr.empty())
      note(plugins_.remove(network(s.pod_cidr), ports_of(config), to, previous_result(s)));
  }
  auto directory = where_.sandbox(s.status.id);
  for (auto* name : {"/net", "/ipc", "/uts"}) note(netlink::unpin(directory + name));
  if (files::exists(directory)) {
    auto stopped = s;
    stopped.status.ready = false;
    stopped.pause_pid = 0;
    if (out) stopped.pod_cidr.clear(), stopped.network.clear();
    note(save(stopped));
  }
  return out;
}

backend::outcome machine::remove_sandbox(const sandbox_record& s) {
  auto directory = where_.sandbox(s.status.id);
  if (::umount2((directory + "/shm").c_str(), MNT_DETACH) != 0 && errno != EINVAL && errno != ENOENT)
    return files::failure("unmount shm of sandbox " + s.status.id);
  // Another sandbox of the same pod may use the group: then it stays for that one to remove.
  bool shared = false;
  for (auto& other : files::names(where_.sandboxes())) {
    if (other == s.status.id) continue;
    sandbox_record o;
    if (from_json(files::read(where_.sandbox(other) + "/state.json").value_or(""), o))
      shared = shared || o.cgroup == s.cgroup;
  }
  if (!shared && !s.status.config.cgroup_parent.empty()) (void)cgroups_.remove(s.cgroup);
  return files::remove_tree(directory);
}

} // namespace troupe::actors::runtime
