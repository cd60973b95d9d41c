#include "tools/chaos/live/watch_record.hpp"
#include <algorithm>
#include <fmt/format.h>

namespace troupe::tools::chaos::live {

std::size_t watch_record::begin(std::string who, revision from) {
  spans_.push_back({std::move(who), from, from, {}});
  return spans_.size() - 1;
}

std::string watch_record::told(std::size_t number, const policies::chaos::change& c, std::uint64_t now_ms) {
  auto& s = spans_[number];
  if (c.at <= s.upto)
    return fmt::format("{} told revision {} of {} after revision {}", s.who, c.at, c.key, s.upto);
  s.upto = c.at;
  s.told.emplace_back(c.at, c.key);
  auto [at, fresh] = all_.try_emplace({c.at, c.key}, entry{c, now_ms});
  auto& known = at->second.what.value;
  if (!fresh && (bool(known) != bool(c.value) || (known && *known != *c.value)))
    return fmt::format("{} told another state of {} at revision {} than a server before", s.who, c.key, c.at);
  return {};
}

std::string watch_record::reached(std::size_t number, revision upto) {
  auto& s = spans_[number];
  if (upto < s.upto) return fmt::format("{} told a bookmark at revision {} after revision {}", s.who, upto, s.upto);
  s.upto = upto;
  return {};
}

std::string watch_record::verify() const {
  for (auto& s : spans_) {
    auto at = s.told.begin();
    for (auto& [key, e] : all_) {
      if (key.first <= s.from || key.first > s.upto) continue;
      if (at == s.told.end() || *at != key)
        return fmt::format("{}, from revision {}, did not tell revision {} of {}", s.who, s.from, key.first,
                           key.second);
      ++at;
    }
  }
  return {};
}

bool watch_record::covers(revision from, revision to) const {
  std::vector<const stretch*> sorted;
  for (auto& s : spans_)
    sorted.push_back(&s);
  std::sort(sorted.begin(), sorted.end(), [](auto* a, auto* b) { return a->from < b->from; });
  for (auto* s : sorted) {
    if (s->from > from) break;
    from = std::max(from, s->upto);
  }
  return from >= to;
}

} // namespace troupe::tools::chaos::live
