#pragma once
#include "policies/api/json.hpp"
#include "tools/chaos/live/state.hpp"

/// What live runs are on this machine, and what they break right now.
namespace troupe::tools::chaos::live {

struct known_run {
  run_state state;
  bool goes_on = false; ///< its harness runs; else what is here waits for its keeper or for `troupe chaos heal`
};

/// In columns: run, whether it goes on, harness, hosts, and a line for each fault that is under way.
[[nodiscard]] std::string table_of(const std::vector<known_run>& all);
[[nodiscard]] api::json::object document_of(const std::vector<known_run>& all);

/// Shows them. Answers an exit status: 1 if a state can't be read.
[[nodiscard]] int show_status(bool as_json);

} // namespace troupe::tools::chaos::live
