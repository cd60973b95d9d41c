#pragma once
#include "policies/api/json.hpp"
#include "policies/api/status.hpp"
#include "policies/validation/field_path.hpp"
#include "policies/validation/formats.hpp"
#include <cstdint>
#include <span>
#include <string>
#include <string_view>

namespace troupe::policies::validation {

namespace json = api::json;

/// A value as Kubernetes' error texts show it: strings quoted as Go does, `"null"` for what is not there, maps of
/// strings as `map[string]string{…}`, other documents as JSON.
[[nodiscard]] std::string shown(std::string_view text);
[[nodiscard]] std::string shown(const json::value* value);
/// A map of strings in Go's notation, sorted by key.
[[nodiscard]] std::string shown_map(const json::object* map, std::string_view type = "map[string]string");
/// A meta/v1 LabelSelector in Go's notation.
[[nodiscard]] std::string shown_selector(const json::value* selector);
/// A list of strings in Go's notation.
[[nodiscard]] std::string shown_list(const json::value* list, std::string_view type = "[]string");

/// Collects complaints in Kubernetes' words.
class report {
public:
  explicit report(api::field_errors& out) noexcept : out_(out) {}

  void required(const field_path& at, std::string_view detail = {});
  void invalid(const field_path& at, std::string_view value, std::string_view detail);
  void invalid(const field_path& at, std::int64_t value, std::string_view detail);
  void invalid(const field_path& at, const json::value* value, std::string_view detail);
  /// One complaint for each message.
  void invalid(const field_path& at, std::string_view value, const messages& details);
  /// `value` is already in the form in which it is shown.
  void invalid_shown(const field_path& at, std::string value, std::string_view detail);
  void forbidden(const field_path& at, std::string_view detail);
  void duplicate(const field_path& at, std::string_view value);
  /// Any complaint, with a value in the form in which it is shown.
  void add_shown(api::field_error_type type, const field_path& at, std::string value, std::string_view detail);
  void duplicate_shown(const field_path& at, std::string value);
  void not_found(const field_path& at, std::string_view value);
  void not_supported(const field_path& at, std::string_view value, std::span<const std::string_view> supported);
  void not_supported(const field_path& at, std::string_view value, std::initializer_list<std::string_view> supported);
  void too_long(const field_path& at, std::size_t bytes_max);
  void too_many(const field_path& at, std::size_t actual, std::size_t count_max);

  [[nodiscard]] std::size_t size() const noexcept { return out_.size(); }
  [[nodiscard]] bool empty() const noexcept { return out_.empty(); }

private:
  api::field_errors& out_;
};

inline constexpr std::string_view not_negative = "must be greater than or equal to 0";
inline constexpr std::string_view immutable = "field is immutable";

// Rules that many kinds share.

/// Complains about a number below 0; missing members are fine.
void check_not_negative(report& out, const field_path& at, const json::object& in, std::string_view name);
/// Complains "field is immutable" where the members differ; the new value is shown.
void check_immutable(report& out, const field_path& at, const json::value* now, const json::value* before);
/// Required if empty, else one of `supported`.
void check_one_of(report& out, const field_path& at, std::string_view value,
                  std::initializer_list<std::string_view> supported);
/// As `check_one_of`, but a missing value is fine.
void check_optional_one_of(report& out, const field_path& at, const json::object& in, std::string_view name,
                           std::initializer_list<std::string_view> supported);
/// Required if empty.
void check_required(report& out, const field_path& at, const json::object& in, std::string_view name,
                    std::string_view detail = {});

/// Missing or null.
[[nodiscard]] bool absent(const json::object& in, std::string_view name) noexcept;
/// The elements that are objects, with their index: `for_each(list, [&](std::size_t i, const json::object& element)
/// {…})`.
template <class Act> void for_each(const json::array* list, Act act) {
  if (!list) return;
  for (std::size_t i = 0; i < list->size(); ++i)
    if (auto* element = (*list)[i].if_object()) act(i, *element);
}
/// The elements that are strings, with their index.
template <class Act> void for_each_string(const json::array* list, Act act) {
  if (!list) return;
  for (std::size_t i = 0; i < list->size(); ++i)
    if (auto* element = (*list)[i].if_string()) act(i, std::string_view(*element));
}
/// The members of a map of strings: `act(key, value)`.
template <class Act> void for_each_member(const json::object* map, Act act) {
  if (!map) return;
  for (auto& member : *map)
    act(std::string_view(member.key()),
        member.value().is_string() ? std::string_view(member.value().get_string()) : std::string_view());
}

} // namespace troupe::policies::validation
