#include "tests/simulation/store/history.hpp"
#include <algorithm>
#include <fmt/format.h>

namespace troupe::tests::simulation {

namespace {

/// All versions of all keys.
class timeline {
public:
  explicit timeline(const std::vector<change>& changes) {
    for (auto& c : changes) versions_[c.key].emplace_back(c.at, &c);
  }
  /// The version of the key at a revision; null if it did not exist.
  [[nodiscard]] const change* version(const std::string& key, revision at) const {
    auto found = versions_.find(key);
    if (found == versions_.end()) return nullptr;
    auto& all = found->second;
    auto after = std::upper_bound(all.begin(), all.end(), at, [](revision r, auto& v) { return r < v.first; });
    return after == all.begin() ? nullptr : std::prev(after)->second;
  }
  [[nodiscard]] bool holds(const operation& o, revision at) const {
    return std::all_of(o.compares.begin(), o.compares.end(), [&](auto& c) {
      auto* v = version(c.first, at);
      return (v ? v->at : 0) == c.second;
    });
  }

private:
  std::map<std::string, std::vector<std::pair<revision, const change*>>> versions_;
};

std::string show(const operation& o) {
  std::string out = fmt::format("client {} [{}, {}]", o.client, o.invoked, o.completed);
  for (auto& [key, mod] : o.compares) out += fmt::format(" if {}@{}", key, mod);
  for (auto& [key, value] : o.writes) out += fmt::format(" write {}={}", key, value);
  for (auto& r : o.reads) out += fmt::format(" read {}={}@{}", r.key, r.value, r.mod);
  return out + (o.how == operation::fate::acknowledged ? fmt::format(" {} at {}", o.succeeded ? "done" : "failed", o.at)
                : o.how == operation::fate::refused    ? " refused"
                                                       : " unknown");
}

/// Where each write took effect, by its values; an empty text if all of that is allowed.
std::string place(const std::vector<operation>& operations, const std::vector<change>& changes,
                  std::map<const operation*, revision>& places) {
  std::map<std::string, const operation*> writers;
  for (auto& o : operations)
    for (auto& [key, value] : o.writes) writers[value] = &o;
  for (std::size_t i = 0; i < changes.size();) {
    auto at = changes[i].at;
    std::map<std::string, std::string> written;
    auto* writer = writers.contains(changes[i].value) ? writers[changes[i].value] : nullptr;
    for (; i < changes.size() && changes[i].at == at; ++i) written[changes[i].key] = changes[i].value;
    if (!writer) return fmt::format("revision {} holds {}, which nobody wrote", at, written.begin()->second);
    if (written != writer->writes) return fmt::format("revision {} is not the whole of: {}", at, show(*writer));
    if (!places.emplace(writer, at).second)
      return fmt::format("done twice, at {} and {}: {}", places[writer], at, show(*writer));
    if (writer->how == operation::fate::refused) return fmt::format("refused, but done at {}: {}", at, show(*writer));
    if (writer->how == operation::fate::acknowledged && !writer->succeeded)
      return fmt::format("its compares failed, but it was done at {}: {}", at, show(*writer));
  }
  return {};
}

std::string check_answer(const operation& o, const timeline& line, revision newest) {
  if (o.at > newest) return fmt::format("the answer is from a future that never came: {}", show(o));
  for (auto& r : o.reads) {
    auto* v = line.version(r.key, o.at);
    if ((v ? v->at : 0) != r.mod || (v && v->value != r.value))
      return fmt::format("{} was {}@{} then: {}", r.key, v ? v->value : "", v ? v->at : 0, show(o));
  }
  if (!o.succeeded && line.holds(o, o.at)) return fmt::format("the compares held: {}", show(o));
  return {};
}

/// What begins after another one's end comes after it.
std::string check_time(const std::vector<operation>& operations, const std::map<const operation*, revision>& places) {
  std::vector<const operation*> by_begin, by_end;
  for (auto& o : operations) {
    if (o.how == operation::fate::acknowledged || places.contains(&o)) by_begin.push_back(&o);
    if (o.how == operation::fate::acknowledged) by_end.push_back(&o);
  }
  std::sort(by_begin.begin(), by_begin.end(), [](auto* a, auto* b) { return a->invoked < b->invoked; });
  std::sort(by_end.begin(), by_end.end(), [](auto* a, auto* b) { return a->completed < b->completed; });
  const operation* newest = nullptr;
  auto ended = by_end.begin();
  for (auto* o : by_begin) {
    for (; ended != by_end.end() && (*ended)->completed < o->invoked; ++ended)
      if (!newest || (*ended)->at > newest->at) newest = *ended;
    if (!newest) continue;
    auto placed = places.find(o);
    auto at = placed == places.end() ? o->at : placed->second;
    if (at < newest->at || (placed != places.end() && at == newest->at))
      return fmt::format("it is at {} and began after the end of another that saw {}: {}\n  {}", at, newest->at,
                         show(*o), show(*newest));
  }
  return {};
}

} // namespace

std::string wrong_with(const std::vector<change>& changes) {
  revision last = 1;
  std::map<std::string, revision> in_this;
  for (auto& c : changes) {
    if (c.at == last && last > 1) {
      if (in_this.contains(c.key)) return fmt::format("{} changed twice at {}", c.key, c.at);
    } else if (c.at != last + 1) {
      return fmt::format("revision {} was told after {}", c.at, last);
    } else {
      in_this.clear();
    }
    in_this[c.key] = last = c.at;
  }
  return {};
}

std::string wrong_with(const std::vector<operation>& operations, const std::vector<change>& changes) {
  if (auto wrong = wrong_with(changes); !wrong.empty()) return wrong;
  std::map<const operation*, revision> places;
  if (auto wrong = place(operations, changes, places); !wrong.empty()) return wrong;
  timeline line(changes);
  auto newest = changes.empty() ? 1 : changes.back().at;
  for (auto& o : operations) {
    auto found = places.find(&o);
    if (found != places.end() && !line.holds(o, found->second - 1))
      return fmt::format("the compares did not hold at {}: {}", found->second, show(o));
    if (o.how != operation::fate::acknowledged) continue;
    if (o.wrote() && found == places.end()) return fmt::format("acknowledged and lost: {}", show(o));
    if (o.wrote() && found->second != o.at) return fmt::format("done at {}: {}", found->second, show(o));
    if (auto wrong = check_answer(o, line, newest); !wrong.empty()) return wrong;
  }
  return check_time(operations, places);
}

} // namespace troupe::tests::simulation
