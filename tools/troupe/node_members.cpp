#include "tools/troupe/master.hpp"
#include "tools/troupe/members.hpp"
#include "tools/troupe/run.hpp"
#include <CLI/CLI.hpp>
#include <fmt/format.h>

namespace troupe::tools {

namespace {

namespace json = api::json;

struct member_settings {
  std::shared_ptr<cluster_choice> where = std::make_shared<cluster_choice>();
  std::vector<std::string> names;
};

int list(const member_settings& s) {
  auto cluster = open_cluster(*s.where);
  if (!cluster) return complain(cluster.error());
  auto found = (*cluster)->get("/troupe/v1/nodes");
  if (!found) return complain(found.error().message);
  if (s.where->json()) {
    fmt::print("{}\n", json::serialize(*found));
    return 0;
  }
  std::vector<std::vector<std::string>> rows{{"ID", "NAME", "ROLES", "ADDRESS", "POD-CIDR", "VERSION", "JOINED"}};
  if (auto* items = api::array_at(*found, {"items"}))
    for (auto& item : *items)
      if (auto* o = item.if_object())
        rows.push_back({cell(*o, "id"), cell(*o, "name"), cell(*o, "roles"), cell(*o, "address"), cell(*o, "podCIDR"),
                        cell(*o, "program"), cell(*o, "joined")});
  fmt::print("{}", table_of(rows));
  return 0;
}

/// Names of nodes are DNS names; anything else is not sent as part of a path.
bool is_name(const std::string& text) {
  return !text.empty() && text.size() <= 253 &&
         text.find_first_not_of("abcdefghijklmnopqrstuvwxyz0123456789-.") == std::string::npos;
}

int remove(const member_settings& s) {
  auto cluster = open_cluster(*s.where);
  if (!cluster) return complain(cluster.error());
  json::array gone;
  for (auto& name : s.names) {
    if (!is_name(name)) return complain(fmt::format("\"{}\" is no name of a node; 'troupe node list' has them", name));
    auto done = (*cluster)->remove("/troupe/v1/nodes/" + name);
    if (!done) return complain(done.error().message);
    if (!s.where->json()) fmt::print("node {} removed\n", name);
    gone.emplace_back(name);
  }
  if (s.where->json()) fmt::print("{}\n", json::serialize(json::object{{"removed", std::move(gone)}}));
  return 0;
}

} // namespace

std::function<std::optional<int>()> declare_node_members(CLI::App& node) {
  auto s = std::make_shared<member_settings>();
  node.require_subcommand(0, 1);
  auto* listing = node.add_subcommand("list", "Show the nodes of the cluster");
  declare_choice(*listing, s->where);
  listing->footer("Examples:\n  troupe node list\n  troupe node list -o json");
  auto* removing = node.add_subcommand("remove", "Take nodes out of the cluster for good");
  removing->add_option("name", s->names, "as 'troupe node list' shows it")->required();
  declare_choice(*removing, s->where);
  removing->footer(
      "Its vote in the store, its certificate and its API objects go; its pods are made elsewhere. 'kubectl "
      "delete node'\nmeans the same. To let the machine in again: 'troupe down --purge' there, then 'troupe "
      "node --join'.\n\nExamples:\n  troupe node remove host3");
  return [=]() -> std::optional<int> {
    if (*listing) return list(*s);
    if (*removing) return remove(*s);
    return std::nullopt;
  };
}

} // namespace troupe::tools
