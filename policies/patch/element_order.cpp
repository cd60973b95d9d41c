#include "policies/patch/element_order.hpp"
#include <algorithm>
#include <limits>
#include <optional>
#include <vector>

namespace troupe::policies::patch {

namespace {

constexpr std::size_t nowhere = std::numeric_limits<std::size_t>::max();

struct placed {
  json::value value;
  std::size_t wanted; ///< position in the wanted order, or `nowhere`
  std::size_t live;   ///< position in the live order, or `nowhere`
};

std::size_t position(const positions& index, const std::string& identity) {
  auto found = index.find(identity);
  return found == index.end() ? nowhere : found->second;
}

} // namespace

std::string item_identity(const json::value& item, std::string_view merge_key) {
  if (merge_key.empty()) return json::serialize(item);
  auto* object = item.if_object();
  auto* key = object ? object->if_contains(merge_key) : nullptr;
  return key ? json::serialize(*key) : std::string();
}

positions index_of(const json::array& list, std::string_view merge_key) {
  positions out;
  for (std::size_t i = 0; i < list.size(); ++i) out.try_emplace(item_identity(list[i], merge_key), i);
  return out;
}

json::array ordered(json::array merged, const json::array& wanted, const json::array& live,
                    std::string_view merge_key) {
  auto wanted_index = index_of(wanted, merge_key), live_index = index_of(live, merge_key);
  std::vector<placed> asked, others;
  for (auto& item : merged) {
    auto identity = item_identity(item, merge_key);
    placed p{std::move(item), position(wanted_index, identity), position(live_index, identity)};
    (p.wanted != nowhere ? asked : others).push_back(std::move(p));
  }
  std::ranges::stable_sort(asked, {}, &placed::wanted);
  std::ranges::stable_sort(others, {}, &placed::live);
  json::array out;
  out.reserve(merged.size());
  std::size_t i = 0, j = 0;
  while (i < others.size() || j < asked.size()) {
    bool other_first = j == asked.size() ||
                       (i < others.size() && others[i].live != nowhere && asked[j].live != nowhere &&
                        others[i].live < asked[j].live);
    out.push_back(std::move(other_first ? others[i++].value : asked[j++].value));
  }
  return out;
}

bool follows(const json::array& part, const json::array& whole, std::string_view merge_key) {
  auto at = whole.begin();
  for (auto& item : part) {
    auto identity = item_identity(item, merge_key);
    at = std::find_if(at, whole.end(), [&](auto& w) { return item_identity(w, merge_key) == identity; });
    if (at == whole.end()) return false;
    ++at;
  }
  return true;
}

} // namespace troupe::policies::patch
