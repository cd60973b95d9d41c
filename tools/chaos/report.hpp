#pragma once
#include "policies/api/json.hpp"
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

namespace troupe::tools::chaos {

/// What clients of the registers saw in one second of virtual time.
struct second {
  std::uint32_t reads = 0, writes = 0, failed = 0; ///< answered, acknowledged, without an answer or with a server error
  std::uint64_t slowest_ms = 0, sum_ms = 0;        ///< of those that succeeded
};
/// A fault as it was planned; times since the start of the simulation.
struct mark {
  std::uint64_t from_ms = 0, to_ms = 0;
  std::string text;
};
/// The clients asked, and nobody acknowledged a write.
struct gap {
  std::uint64_t from_ms = 0, to_ms = 0;
};

/// What one run of a scenario gave.
struct report {
  std::uint64_t seed = 0;
  std::string violation;              ///< empty: everything held
  bool live = false;                  ///< of real processes, in real time: no seed repeats it
  std::vector<std::string> skipped;   ///< what the engine can't do, and why; in sentences
  std::uint64_t trace = 0;            ///< equal in every run of this seed by this program
  std::uint64_t virtual_ms = 0, messages = 0;
  double real_seconds = 0;            ///< differs from run to run
  std::uint64_t begin_ms = 0, end_ms = 0; ///< of workload and faults
  std::vector<std::string> timeline;  ///< faults, in their order
  std::vector<mark> faults;
  std::vector<second> seconds;        ///< since the start of the simulation
  std::vector<std::pair<std::uint64_t, std::string>> leaders; ///< when which node was first seen to lead a new term
  std::vector<gap> gaps;              ///< longer than `gap_min_ms`
  // What happened, so that people can tell whether a run was worth its time.
  std::uint64_t acknowledged = 0, refused = 0, unknown = 0, reads = 0, rollouts = 0, pods_bound = 0, terms = 0,
                revisions = 0, connections = 0, watched = 0;
};

/// Shorter times without an acknowledged write are the usual distance between two.
inline constexpr std::uint64_t gap_min_ms = 1'000;

[[nodiscard]] std::string text_of(const report& r, const std::string& scenario);
[[nodiscard]] api::json::object document_of(const report& r);

} // namespace troupe::tools::chaos
