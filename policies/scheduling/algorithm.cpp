#include "policies/scheduling/algorithm.hpp"
#include <algorithm>
#include <fmt/format.h>

namespace troupe::policies::scheduling {

namespace {

constexpr std::size_t nodes_min = 100;
constexpr std::size_t percentage_min = 5;

plugin_set bit(std::size_t i) { return plugin_set{1} << i; }

} // namespace

std::size_t enough_nodes(std::size_t nodes, const algorithm_config& config) noexcept {
  if (nodes < nodes_min) return nodes;
  auto percentage = config.percentage_of_nodes_to_score;
  if (percentage == 0) {
    auto less = nodes / 125;
    percentage = less >= 50 ? percentage_min : std::max(percentage_min, 50 - less);
  }
  return percentage >= 100 ? nodes : std::max(nodes_min, nodes * percentage / 100);
}

bool algorithm::pre_filter(cycle& c, diagnosis& d) const {
  for (std::size_t i = 0; i < plugins_.size(); ++i) {
    if (!plugins_[i].pre_filter) continue;
    bool restricted = c.only_nodes.has_value();
    auto s = plugins_[i].pre_filter(c);
    if (s.skipped()) d.skipped |= bit(i);
    if (s.rejected()) {
      d.rejectors |= bit(i);
      d.pre_filter_message = s.reasons().empty() ? "" : s.reasons().front();
      d.absent = std::move(s);
      return false;
    }
    if (!restricted && c.only_nodes) {
      d.absent = status(code::unschedulable_and_unresolvable,
                        fmt::format("node(s) didn't satisfy plugin(s) [{}]", plugins_[i].name));
      d.rejectors |= bit(i);
    }
  }
  return true;
}

status algorithm::filter(const cycle& c, const node_info& node, plugin_set skipped, std::size_t* rejector) const {
  for (std::size_t i = 0; i < plugins_.size(); ++i) {
    if (!plugins_[i].filter || (skipped & bit(i))) continue;
    if (auto s = plugins_[i].filter(c, node); !s.ok()) {
      if (rejector) *rejector = i;
      return s;
    }
  }
  return {};
}

status algorithm::filter_with_nominated(const cycle& c, const node_info& node, plugin_set skipped,
                                        std::size_t* rejector) const {
  if (c.all.any_nominated()) {
    auto room_for = c.all.nominated_to(node.name(), c.pod);
    if (!room_for.empty()) {
      auto with = node;
      for (auto& pod : room_for)
        with.add(pod);
      if (auto s = filter(c, with, skipped, rejector); !s.ok()) return s;
    }
  }
  return filter(c, node, skipped, rejector);
}

bool algorithm::fits(const cycle& c, const node_info& node, diagnosis& d) const {
  std::size_t rejector = 0;
  auto s = filter_with_nominated(c, node, d.skipped, &rejector);
  if (s.ok()) return true;
  d.rejectors |= bit(rejector);
  d.rejected.emplace_back(&node, std::move(s));
  return false;
}

void algorithm::search(const cycle& c, diagnosis& d) {
  feasible_.clear();
  // Room was made there: if the pod fits now, no other node is asked.
  if (auto* nominated = c.pod.nominated_node.empty() ? nullptr : c.all.find(c.pod.nominated_node)) {
    if (fits(c, *nominated, d))
      feasible_.push_back(nominated);
    else
      d.rejected.clear();
    if (!feasible_.empty()) return;
  }
  if (c.only_nodes) {
    for (auto& name : *c.only_nodes)
      if (auto* node = c.all.find(name); node && fits(c, *node, d)) feasible_.push_back(node);
    return;
  }
  auto& order = c.all.order();
  auto enough = enough_nodes(order.size(), config_);
  std::size_t looked_at = 0;
  for (; looked_at < order.size() && feasible_.size() < enough; ++looked_at) {
    auto* node = order[(next_start_ + looked_at) % order.size()];
    if (fits(c, *node, d)) feasible_.push_back(node);
  }
  next_start_ = (next_start_ + looked_at) % order.size();
}

const node_info* algorithm::best(cycle& c, std::mt19937_64& chance) {
  if (feasible_.size() == 1) return feasible_.front();
  totals_.assign(feasible_.size(), 0);
  scores_.resize(feasible_.size());
  for (auto& p : plugins_) {
    if (!p.score || (p.pre_score && p.pre_score(c).skipped())) continue;
    for (std::size_t i = 0; i < feasible_.size(); ++i)
      scores_[i] = p.score(c, *feasible_[i]);
    if (p.normalize) p.normalize(scores_);
    for (std::size_t i = 0; i < feasible_.size(); ++i)
      totals_[i] += scores_[i] * p.weight;
  }
  std::size_t chosen = 0, equals = 1;
  for (std::size_t i = 1; i < feasible_.size(); ++i) {
    if (totals_[i] > totals_[chosen]) {
      chosen = i;
      equals = 1;
    } else if (totals_[i] == totals_[chosen] && chance() % ++equals == 0) {
      chosen = i; // Each of n equals is taken with a chance of 1/n.
    }
  }
  return feasible_[chosen];
}

tl::expected<placement, diagnosis> algorithm::place(const pod_info& pod, const cluster& all, std::mt19937_64& chance) {
  diagnosis d;
  d.nodes = all.size();
  if (d.nodes == 0) return tl::unexpected(std::move(d));
  cycle c{pod, all, {}, {}};
  if (!pre_filter(c, d)) return tl::unexpected(std::move(d));
  search(c, d);
  if (feasible_.empty()) return tl::unexpected(std::move(d));
  auto* node = best(c, chance);
  return placement{node->name(), feasible_.size() + d.rejected.size(), feasible_.size()};
}

} // namespace troupe::policies::scheduling
