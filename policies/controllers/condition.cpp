#include "policies/controllers/condition.hpp"
#include <algorithm>

namespace troupe::policies::controllers {

namespace {

json::array& conditions_of(json::object& status) {
  auto& value = status["conditions"];
  if (!value.is_array()) value.emplace_array();
  return value.get_array();
}

bool is_zero(const json::value& v) {
  switch (v.kind()) {
    case json::kind::null: return true;
    case json::kind::bool_: return !v.get_bool();
    case json::kind::int64: return v.get_int64() == 0;
    case json::kind::uint64: return v.get_uint64() == 0;
    case json::kind::string: return v.get_string().empty();
    default: return false;
  }
}

json::object without_zeros(const json::object& from) {
  json::object out;
  for (auto& member : from) {
    if (is_zero(member.value())) continue;
    auto* nested = member.value().if_object();
    out[member.key()] = nested ? json::value(without_zeros(*nested)) : json::value(member.value(), json::storage_ptr());
  }
  return out;
}

} // namespace

const json::object* condition(const json::object& status, std::string_view type) noexcept {
  if (auto* conditions = api::array_at(status, {"conditions"}))
    for (auto& c : *conditions)
      if (api::string_at(c, {"type"}) == type) return c.if_object();
  return nullptr;
}

std::string_view condition_reason(const json::object& status, std::string_view type) noexcept {
  auto* c = condition(status, type);
  return c ? api::string_at(*c, {"reason"}) : std::string_view();
}

bool set_condition(json::object& status, const condition_change& change, api::time_point now, update_time with) {
  auto* old = condition(status, change.type);
  bool same_state = old && api::string_at(*old, {"status"}) == change.status;
  if (same_state && api::string_at(*old, {"reason"}) == change.reason) return false;
  auto time = api::format_time(now);
  json::object fresh{{"type", change.type}, {"status", change.status}};
  if (with == update_time::present) fresh["lastUpdateTime"] = time;
  fresh["lastTransitionTime"] = same_state ? std::string(api::string_at(*old, {"lastTransitionTime"}, time)) : time;
  fresh["reason"] = change.reason;
  fresh["message"] = change.message;
  remove_condition(status, change.type);
  conditions_of(status).push_back(std::move(fresh));
  return true;
}

bool remove_condition(json::object& status, std::string_view type) {
  if (!condition(status, type)) return false;
  auto& list = conditions_of(status);
  auto end = std::remove_if(list.begin(), list.end(), [&](auto& c) { return api::string_at(c, {"type"}) == type; });
  list.erase(end, list.end());
  return true;
}

bool same_status(const json::object& a, const json::object& b) {
  return api::semantically_equal(without_zeros(a), without_zeros(b));
}

} // namespace troupe::policies::controllers
