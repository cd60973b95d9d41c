#pragma once
#include "policies/api/json.hpp"
#include "policies/printing/printer.hpp"
#include <string>
#include <string_view>
#include <vector>

namespace troupe::policies::printing {

/// Age of an RFC 3339 time, or "<unknown>" where there is none.
[[nodiscard]] std::string age(std::string_view time, api::time_point now);
/// "k=v" pairs in order of key; "<none>" if there are none. Null pointer means none.
[[nodiscard]] std::string label_pairs(const json::object* labels);
/// A meta/v1 LabelSelector as text; "<none>" if it is empty or missing, "<error>" if it is malformed.
[[nodiscard]] std::string selector_text(const json::object* selector);
/// One member (`name`, `image`) of all containers of a pod spec, joined by commas.
[[nodiscard]] std::string container_list(const json::object* pod_spec, std::string_view member);
/// At most `most` items joined by `separator`, then how many more there are: "a,b,c + 2 more...".
[[nodiscard]] std::string clipped(const std::vector<std::string>& items, std::size_t most, std::string_view separator);
/// A number, string or boolean as text; `otherwise` for anything else.
[[nodiscard]] std::string scalar_text(const json::value* value, std::string_view otherwise);
/// The condition of a type in `status.conditions`, or null pointer.
[[nodiscard]] const json::object* condition(const json::object& body, std::string_view type) noexcept;
/// Number of items or members of the array or object at `where`.
[[nodiscard]] std::int64_t count_at(const json::object& body, api::path where) noexcept;
/// "RWO,ROX" from a list of access modes, each once, in the order of the API.
[[nodiscard]] std::string access_modes(const json::array* modes);
/// Text or `otherwise` where it is missing or empty.
[[nodiscard]] json::value text_or(const json::object& body, api::path where, std::string_view otherwise);

inline json::value name_cell(const row& r) { return json::value(api::string_at(r.body, {"metadata", "name"})); }
inline json::value age_cell(const row& r) {
  return json::value(age(api::string_at(r.body, {"metadata", "creationTimestamp"}), r.now));
}

inline constexpr column name_column{"Name",   "string", "name", 0, "Name of the object, unique among its like.",
                                    name_cell};
inline constexpr column age_column{"Age", "string", "", 0, "Time since the server made the object.", age_cell};

} // namespace troupe::policies::printing
