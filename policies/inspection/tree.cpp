#include "policies/inspection/tree.hpp"
#include <algorithm>
#include <map>
#include <set>
#include <tuple>

namespace troupe::policies::inspection {

namespace {

using place = std::pair<std::uint64_t, std::uint64_t>; // node and actor

struct grower {
  std::vector<actor_row>& rows;
  std::map<place, std::vector<std::size_t>> children;
  std::vector<bool> done;
  std::vector<tree_row> out;

  void add(std::size_t index, const std::string& branch, const std::string& below) {
    if (done[index]) return;
    done[index] = true;
    place self{rows[index].node, rows[index].actor.id};
    out.push_back({branch, std::move(rows[index])});
    auto found = children.find(self);
    if (found == children.end()) return;
    for (std::size_t i = 0; i < found->second.size(); ++i) {
      bool last = i + 1 == found->second.size();
      add(found->second[i], below + (last ? "└─ " : "├─ "), below + (last ? "   " : "│  "));
    }
  }
};

} // namespace

std::vector<tree_row> tree_of(std::vector<actor_row> rows) {
  std::sort(rows.begin(), rows.end(),
            [](auto& a, auto& b) { return std::tie(a.node, a.actor.id) < std::tie(b.node, b.actor.id); });
  std::set<place> all;
  for (auto& r : rows) all.emplace(r.node, r.actor.id);
  grower g{.rows = rows, .children = {}, .done = std::vector<bool>(rows.size()), .out = {}};
  std::vector<std::size_t> roots;
  for (std::size_t i = 0; i < rows.size(); ++i) {
    place parent{rows[i].node, rows[i].actor.parent};
    // A parent has a lower id than its children: anything else is an actor of another time, or no truth.
    if (rows[i].actor.parent < rows[i].actor.id && all.contains(parent)) g.children[parent].push_back(i);
    else roots.push_back(i);
  }
  for (auto i : roots) g.add(i, "", "");
  return std::move(g.out);
}

} // namespace troupe::policies::inspection
