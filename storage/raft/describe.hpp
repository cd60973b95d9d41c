#pragma once
#include "storage/raft/interfaces.hpp"
#include "storage/raft/progress.hpp"
#include <string>

/// Short texts for logs, inspection and scenario scripts. `7/2` is index 7 of term 2; `(1,2)&&(1,2,3) learners=(4)`
/// is a configuration, incoming half first.
namespace troupe::storage::raft {

[[nodiscard]] std::string describe(const entry& e);
[[nodiscard]] std::string describe(const configuration& c);
[[nodiscard]] std::string describe(const snapshot_meta& s);
[[nodiscard]] std::string describe(const message& m);
[[nodiscard]] std::string describe(const envelope& e);
[[nodiscard]] std::string describe(const progress_view& p);
[[nodiscard]] std::string_view name_of(role_kind role) noexcept;
[[nodiscard]] std::string_view name_of(progress_state state) noexcept;

} // namespace troupe::storage::raft
