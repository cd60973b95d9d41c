#pragma once
#include "policies/api/json.hpp"
#include <cstdint>
#include <string>
#include <vector>

namespace troupe::policies::inspection {

/// One actor, as the inspector of its process sees it.
struct actor_sample {
  std::uint64_t id = 0;
  std::uint64_t parent = 0;       ///< who spawned it; 0 for a root
  std::string name;               ///< of its kind: "mirror"
  std::string label;              ///< what its supervisor calls it: "mirror/pods"; empty for others
  std::vector<std::string> roles; ///< that it plays in the directory of its process
  std::uint64_t mailbox = 0;      ///< messages that wait
  std::uint64_t handled = 0, busy_ns = 0;
  std::uint64_t age_ns = 0, p50_ns = 0, p99_ns = 0;
  std::uint64_t restarts = 0;
  std::string last_error;         ///< why it ended before it was made again

  [[nodiscard]] const std::string& shown_name() const noexcept { return label.empty() ? name : label; }
  bool operator==(const actor_sample&) const = default;
};

/// All actors of a process at one moment.
struct node_sample {
  std::uint64_t node = 0;
  std::string name;
  std::int64_t at_ns = 0;         ///< on a clock of the process that never jumps
  std::uint64_t memory_bytes = 0; ///< of the whole process
  std::string error;              ///< why there is nothing below
  std::vector<actor_sample> actors;
  bool operator==(const node_sample&) const = default;
};

[[nodiscard]] api::json::object document(const node_sample& s);
/// What is missing or of another type is left at its default.
[[nodiscard]] node_sample read_node(const api::json::value& v);

/// The samples of `{"nodes": […]}`.
[[nodiscard]] std::vector<node_sample> read_nodes(const api::json::object& o);

/// Takes the inspector out, with whatever it has spawned.
void hide_inspectors(node_sample& s);

} // namespace troupe::policies::inspection
