#include "tools/troupe/master.hpp"
#include "tools/troupe/members.hpp"
#include "tools/troupe/run.hpp"
#include <CLI/CLI.hpp>
#include <fmt/format.h>

namespace troupe::tools {

namespace {

namespace json = api::json;

struct store_settings {
  std::shared_ptr<cluster_choice> where = std::make_shared<cluster_choice>();
  std::string name;
};

int show(const store_settings& s, const json::object& found) {
  if (s.where->json()) {
    fmt::print("{}\n", json::serialize(found));
    return 0;
  }
  std::vector<std::vector<std::string>> rows{{"ID", "NAME", "VOTER", "LEADER", "MATCH"}};
  if (auto* members = api::array_at(found, {"members"}))
    for (auto& m : *members)
      if (auto* o = m.if_object())
        rows.push_back({cell(*o, "id"), cell(*o, "name"), cell(*o, "voter"), cell(*o, "leader"), cell(*o, "match")});
  fmt::print("{}", table_of(rows));
  return 0;
}

int members(const store_settings& s) {
  auto cluster = open_cluster(*s.where);
  if (!cluster) return complain(cluster.error());
  auto found = (*cluster)->get("/troupe/v1/store");
  return found ? show(s, *found) : complain(found.error().message);
}

int transfer(const store_settings& s) {
  auto cluster = open_cluster(*s.where);
  if (!cluster) return complain(cluster.error());
  auto body = s.name.empty() ? std::string() : json::serialize(json::object{{"name", s.name}});
  auto found = (*cluster)->post("/troupe/v1/store/leader", std::move(body));
  return found ? show(s, *found) : complain(found.error().message);
}

} // namespace

std::function<std::optional<int>()> declare_store_members(CLI::App& store) {
  auto s = std::make_shared<store_settings>();
  auto* listing = store.add_subcommand("members", "Show who belongs to the store of a running cluster, and who leads");
  declare_choice(*listing, s->where);
  listing->footer("MATCH is the log entry up to which a member agrees; only the leader knows it.\n\nExamples:\n"
                  "  troupe store members\n  troupe store members -o json");
  auto* handing = store.add_subcommand("transfer-leader", "Hand the leadership of the store to another voter");
  handing->add_option("name", s->name, "node that shall lead; without it the one that is furthest");
  declare_choice(*handing, s->where);
  handing->footer("Examples:\n  troupe store transfer-leader\n  troupe store transfer-leader host2");
  return [=]() -> std::optional<int> {
    if (*listing) return members(*s);
    if (*handing) return transfer(*s);
    return std::nullopt;
  };
}

} // namespace troupe::tools
