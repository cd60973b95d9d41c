#include "policies/chaos/history.hpp"
#include "policies/api/json.hpp"
#include <algorithm>
#include <fmt/format.h>

namespace troupe::policies::chaos {

namespace json = api::json;

namespace {

bool same(const change& a, const change& b) {
  if (a.at != b.at || a.key != b.key || bool(a.value) != bool(b.value)) return false;
  return !a.value || *a.value == *b.value;
}

} // namespace

std::string store_history::told(std::uint64_t who, const change& c) {
  auto& n = upto_[who];
  if (n < all_.size()) {
    auto& known = all_[n];
    if (!same(known, c))
      return fmt::format("member {} told revision {} of {} where another one told revision {} of {}{}", who, c.at,
                         c.key, known.at, known.key,
                         known.at == c.at && known.key == c.key ? ", with another value" : "");
    ++n;
    return {};
  }
  auto before = all_.empty() ? c.at : all_.back().at;
  if (c.at < before) return fmt::format("member {} told revision {} after revision {}", who, c.at, before);
  if (c.at > before + 1) return fmt::format("member {} told revision {} after revision {}: a gap", who, c.at, before);
  by_key_[c.key].push_back(all_.size());
  all_.push_back(c);
  n = all_.size();
  return {};
}

revision store_history::told_by(std::uint64_t who) const {
  auto found = upto_.find(who);
  return found == upto_.end() || found->second == 0 ? 0 : all_[found->second - 1].at;
}

const change* store_history::last(const std::string& key) const {
  auto found = by_key_.find(key);
  return found == by_key_.end() ? nullptr : &all_[found->second.back()];
}

std::vector<const change*> store_history::below(const std::string& prefix) const {
  std::vector<const change*> out;
  for (auto i = by_key_.lower_bound(prefix); i != by_key_.end() && i->first.starts_with(prefix); ++i)
    if (auto* c = &all_[i->second.back()]; c->value) out.push_back(c);
  return out;
}

const change* store_history::before(const std::string& key, revision r) const {
  auto found = by_key_.find(key);
  if (found == by_key_.end()) return nullptr;
  auto at = std::lower_bound(found->second.begin(), found->second.end(), r,
                             [this](std::size_t i, revision x) { return all_[i].at < x; });
  return at == found->second.begin() ? nullptr : &all_[*std::prev(at)];
}

const change* store_history::at(const std::string& key, revision r) const {
  auto found = by_key_.find(key);
  if (found == by_key_.end()) return nullptr;
  auto at = std::lower_bound(found->second.begin(), found->second.end(), r,
                             [this](std::size_t i, revision x) { return all_[i].at < x; });
  return at == found->second.end() || all_[*at].at != r ? nullptr : &all_[*at];
}

std::string write_ledger::verify(const store_history& h) const {
  for (auto& e : done_) {
    auto* c = h.at(e.key, e.at);
    if (!c)
      return fmt::format("the write of {} that was acknowledged at revision {} of {} is lost", e.token, e.at, e.key);
    if (!c->value || c->value->find(e.token) == std::string::npos)
      return fmt::format("revision {} of {} is not what was acknowledged: {} is not in it", e.at, e.key, e.token);
    if (auto* before = e.after ? h.before(e.key, e.at) : nullptr; before && before->at != e.after)
      return fmt::format("{} was to be written on condition that {} is at revision {}, and it was at {}", e.token,
                         e.key, e.after, before->at);
  }
  // The same writer never writes a token twice: found once is found for ever.
  for (auto& e : not_done_)
    for (auto& c : h.all())
      if (c.key == e.key && c.value && c.value->find(e.token) != std::string::npos)
        return fmt::format("the write of {} to {} was refused and is there, at revision {}", e.token, e.key, c.at);
  return {};
}

std::string leader_record::leads(std::uint64_t term, std::uint64_t who) {
  auto [at, fresh] = by_term_.try_emplace(term, who);
  if (at->second == who) return {};
  return fmt::format("members {} and {} both led in term {}", at->second, who, term);
}

std::string binding_record::changed(const std::string& key, const std::string* pod) {
  if (!pod) {
    pods_.erase(key);
    return {};
  }
  boost::system::error_code error;
  auto value = json::parse(*pod, error);
  if (error || !value.is_object()) return fmt::format("{} is stored as something that is no object", key);
  auto& o = value.get_object();
  auto uid = std::string(api::string_at(o, {"metadata", "uid"}));
  auto where = std::string(api::string_at(o, {"spec", "nodeName"}));
  auto [at, fresh] = pods_.try_emplace(key, pod_state{uid, where});
  if (fresh) {
    bound_ += !where.empty();
    return {};
  }
  auto& known = at->second;
  if (known.uid != uid) return fmt::format("{} became another pod while it was there", key);
  if (!known.node.empty() && known.node != where)
    return fmt::format("{} was bound to {} and then to {}", key, known.node, where.empty() ? "none" : where);
  bound_ += known.node.empty() && !where.empty();
  known.node = where;
  return {};
}

} // namespace troupe::policies::chaos
