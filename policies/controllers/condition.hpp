#pragma once
#include "policies/api/json.hpp"
#include "policies/api/time.hpp"
#include <string>
#include <string_view>

namespace troupe::policies::controllers {

namespace json = boost::json;

/// The condition of a type in a status, or null pointer.
[[nodiscard]] const json::object* condition(const json::object& status, std::string_view type) noexcept;
/// Its reason; empty if there is no such condition.
[[nodiscard]] std::string_view condition_reason(const json::object& status, std::string_view type) noexcept;

/// One condition as a controller sets it.
struct condition_change {
  std::string type;
  std::string status;   ///< "True", "False", "Unknown"
  std::string reason;
  std::string message;
};

/// Whether conditions of the kind have `lastUpdateTime` beside `lastTransitionTime`, as Deployments do.
enum class update_time { absent, present };

/// Writes a condition into `status.conditions` at its place or at the end. The transition time changes only with the
/// status. Returns false and changes nothing if status and reason are as before; the message alone changes nothing
/// either.
bool set_condition(json::object& status, const condition_change& change, api::time_point now,
                   update_time with = update_time::absent);
/// True if it was there.
bool remove_condition(json::object& status, std::string_view type);

/// Whether two statuses say the same: numbers that are zero, false and empty text equal missing members.
[[nodiscard]] bool same_status(const json::object& a, const json::object& b);

} // namespace troupe::policies::controllers
