#include "policies/inspection/rates.hpp"
#include <algorithm>
#include <array>
#include <map>
#include <tuple>

namespace troupe::policies::inspection {

namespace {

constexpr double second_ns = 1e9;

const node_sample* of_node(const std::vector<node_sample>& all, std::uint64_t node) {
  auto found = std::find_if(all.begin(), all.end(), [&](auto& n) { return n.node == node; });
  return found == all.end() ? nullptr : &*found;
}

void set_rates(actor_row& r, std::uint64_t handled, std::uint64_t busy_ns, double over_ns) {
  if (over_ns <= 0) return;
  r.per_second = static_cast<double>(handled) * second_ns / over_ns;
  r.busy = std::min(1.0, static_cast<double>(busy_ns) / over_ns);
}

void add_rows(std::vector<actor_row>& out, const node_sample* before, const node_sample& after) {
  std::map<std::uint64_t, const actor_sample*> earlier;
  auto over = before ? static_cast<double>(after.at_ns - before->at_ns) : 0;
  if (over > 0)
    for (auto& a : before->actors) earlier[a.id] = &a;
  for (auto& a : after.actors) {
    actor_row r{after.node, after.name, a};
    auto then = earlier.find(a.id);
    bool same = then != earlier.end() && then->second->handled <= a.handled && then->second->busy_ns <= a.busy_ns;
    if (same) set_rates(r, a.handled - then->second->handled, a.busy_ns - then->second->busy_ns, over);
    else set_rates(r, a.handled, a.busy_ns, static_cast<double>(a.age_ns));
    out.push_back(std::move(r));
  }
}

} // namespace

std::vector<actor_row> rows_of(const std::vector<node_sample>& before, const std::vector<node_sample>& after) {
  std::vector<actor_row> out;
  for (auto& n : after) add_rows(out, of_node(before, n.node), n);
  return out;
}

std::optional<sort_key> parse_sort_key(std::string_view text) {
  auto found = std::find(std::begin(sort_keys), std::end(sort_keys), text);
  if (found == std::end(sort_keys)) return std::nullopt;
  return static_cast<sort_key>(found - std::begin(sort_keys));
}

void sort_rows(std::vector<actor_row>& rows, sort_key by) {
  auto value = [by](const actor_row& r) -> double {
    switch (by) {
      case sort_key::busy: return r.busy;
      case sort_key::rate: return r.per_second;
      case sort_key::mailbox: return static_cast<double>(r.actor.mailbox);
      case sort_key::p99: return static_cast<double>(r.actor.p99_ns);
      case sort_key::handled: return static_cast<double>(r.actor.handled);
      case sort_key::restarts: return static_cast<double>(r.actor.restarts);
      case sort_key::age: return static_cast<double>(r.actor.age_ns);
      case sort_key::name: return 0;
    }
    return 0;
  };
  std::sort(rows.begin(), rows.end(), [&](auto& a, auto& b) {
    if (auto x = value(a), y = value(b); x != y) return x > y;
    if (by == sort_key::name && a.actor.shown_name() != b.actor.shown_name())
      return a.actor.shown_name() < b.actor.shown_name();
    return std::tie(a.node, a.actor.id) < std::tie(b.node, b.actor.id);
  });
}

api::json::object document(const actor_row& r) {
  node_sample one{.node = r.node, .name = r.node_name};
  one.actors.push_back(r.actor);
  api::json::object out{{"node", r.node_name}, {"nodeId", r.node}};
  auto whole = document(one);
  for (auto& m : whole["actors"].as_array()[0].as_object()) out[m.key()] = m.value();
  out["messagesPerSecond"] = r.per_second;
  out["busy"] = r.busy;
  return out;
}

} // namespace troupe::policies::inspection
