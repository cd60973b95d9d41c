#include "policies/printing/cells.hpp"
#include "policies/api/selector.hpp"
#include <algorithm>
#include <fmt/format.h>

namespace troupe::policies::printing {

std::string age(std::string_view time, api::time_point now) {
  auto since = api::parse_time(time);
  return since ? api::human_duration(now - *since) : "<unknown>";
}

std::string label_pairs(const json::object* labels) {
  std::vector<std::string> pairs;
  if (labels)
    for (auto& member : *labels)
      pairs.push_back(fmt::format("{}={}", std::string_view(member.key()), scalar_text(&member.value(), "")));
  std::ranges::sort(pairs);
  return pairs.empty() ? "<none>" : fmt::format("{}", fmt::join(pairs, ","));
}

std::string selector_text(const json::object* selector) {
  auto parsed = api::label_selector::from_document(selector);
  if (!parsed) return "<error>";
  auto text = parsed->text();
  return text.empty() ? "<none>" : text;
}

std::string container_list(const json::object* pod_spec, std::string_view member) {
  std::string out;
  auto* containers = pod_spec ? api::array_at(*pod_spec, {"containers"}) : nullptr;
  if (!containers) return out;
  for (auto& container : *containers) {
    if (&container != containers->data()) out += ',';
    out += api::string_at(container, {member});
  }
  return out;
}

std::string clipped(const std::vector<std::string>& items, std::size_t most, std::string_view separator) {
  auto shown = std::min(items.size(), most);
  auto out = fmt::format("{}", fmt::join(items.begin(), items.begin() + static_cast<std::ptrdiff_t>(shown), separator));
  if (items.size() > most) out += fmt::format(" + {} more...", items.size() - most);
  return out;
}

std::string scalar_text(const json::value* value, std::string_view otherwise) {
  if (!value) return std::string(otherwise);
  if (auto* text = value->if_string()) return std::string(*text);
  if (value->is_number() || value->is_bool()) return json::serialize(*value);
  return std::string(otherwise);
}

const json::object* condition(const json::object& body, std::string_view type) noexcept {
  if (auto* conditions = api::array_at(body, {"status", "conditions"}))
    for (auto& c : *conditions)
      if (api::string_at(c, {"type"}) == type) return c.if_object();
  return nullptr;
}

std::int64_t count_at(const json::object& body, api::path where) noexcept {
  auto* value = api::find(body, where);
  if (!value) return 0;
  if (auto* list = value->if_array()) return static_cast<std::int64_t>(list->size());
  auto* members = value->if_object();
  return members ? static_cast<std::int64_t>(members->size()) : 0;
}

std::string access_modes(const json::array* modes) {
  constexpr std::pair<std::string_view, std::string_view> table[] = {{"ReadWriteOnce", "RWO"},
                                                                     {"ReadOnlyMany", "ROX"},
                                                                     {"ReadWriteMany", "RWX"},
                                                                     {"ReadWriteOncePod", "RWOP"}};
  std::string out;
  if (!modes) return out;
  for (auto& [mode, shown] : table) {
    if (std::ranges::none_of(*modes, [&](auto& m) { return scalar_text(&m, "") == mode; })) continue;
    if (!out.empty()) out += ',';
    out += shown;
  }
  return out;
}

json::value text_or(const json::object& body, api::path where, std::string_view otherwise) {
  auto text = api::string_at(body, where);
  return json::value(text.empty() ? otherwise : text);
}

} // namespace troupe::policies::printing
