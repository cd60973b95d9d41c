#pragma once
#include "tools/troupe/master.hpp"
#include <cstdint>
#include <memory>
#include <string>

namespace troupe::tools::inspect {

/// What the user has asked for. Every subcommand fills its part.
struct inspect_settings {
  cluster_choice where;
  std::string node;                ///< only this one; empty: all
  bool all = false;                ///< also the inspectors
  double interval_seconds = 1;     ///< between two samples
  std::string sort = "busy";
  std::uint32_t rows = 0;          ///< at most so many; 0: all
  std::uint32_t rounds = 0;        ///< of `top`; 0: until it is ended
  std::uint64_t actor = 0;
  std::string object, ns = "default";
  std::string level;               ///< of logs
  std::string role, type;          ///< of traced messages
  std::uint32_t limit = 1'000;     ///< of messages per second, on each node
  double for_seconds = 0;          ///< 0: until it is interrupted
  std::uint32_t pause_seconds = 60;
};
using settings_ptr = std::shared_ptr<inspect_settings>;

// Each runs its subcommand and gives the exit status.
[[nodiscard]] int show_tree(const inspect_settings& s);
[[nodiscard]] int show_top(const inspect_settings& s);
[[nodiscard]] int show_actor(const inspect_settings& s);
[[nodiscard]] int restart_actor(const inspect_settings& s);
[[nodiscard]] int pause_actor(const inspect_settings& s);
[[nodiscard]] int resume_actor(const inspect_settings& s);
[[nodiscard]] int show_trace(const inspect_settings& s);
[[nodiscard]] int set_log_level(const inspect_settings& s);
[[nodiscard]] int show_store(const inspect_settings& s);
[[nodiscard]] int show_why(const inspect_settings& s);
[[nodiscard]] int show_follow(const inspect_settings& s);

} // namespace troupe::tools::inspect
