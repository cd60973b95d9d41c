#pragma once
#include "actors/base/environment.hpp"
#include "actors/runtime/interface.hpp"
#include <caf/fwd.hpp>
#include <string>
#include <vector>

namespace troupe::actors::runtime {

/// A runtime without a daemon: images in a store of its own, runc under conmon, pod network by CNI plugins.
struct embedded_config {
  std::string data_dir;             ///< images and writable layers; must not lie on an overlay file system
  std::string run_dir;              ///< state that a reboot may take, best on a tmpfs: "/run/troupe-<instance>"
  std::string instance = "default"; ///< at most 9 of [a-z0-9-]: part of bridge, cgroup and table names
  std::string pod_cidr = "10.244.0.0/24";
  std::vector<std::string> cluster_cidrs; ///< destinations that see a pod's own address; empty: pod_cidr only
  std::uint32_t mtu = 1500; ///< of pods, at most; less where the instance has a tunnel to other nodes
  std::uint32_t workers = 4;        ///< threads for kernel and disk work
  std::string cni_bin_dir = "/usr/lib/cni";
};

/// What this machine lacks for the embedded runtime; empty if nothing. Reads the kernel's state, changes nothing.
[[nodiscard]] std::vector<condition> probe_machine(const embedded_config& config);

/// Starts the three actors. They adopt what an earlier process of the same instance left running.
/// When the handles are dropped or the actors are killed, containers run on.
[[nodiscard]] handles spawn_embedded(caf::actor_system& system, environment_ptr env, embedded_config config);

/// Removes everything that the instance has in the kernel and on disk: containers, sandboxes, mounts, namespaces,
/// bridge, packet filter rules, cgroups, `run_dir`, and with `images` also the image store. For a stopped instance;
/// blocks. Answers what could not be removed.
[[nodiscard]] std::vector<std::string> purge(const embedded_config& config, bool images);

} // namespace troupe::actors::runtime
