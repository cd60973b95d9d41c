#include "tools/troupe/master.hpp"
#include "tools/troupe/members.hpp"
#include "tools/troupe/run.hpp"
#include <CLI/CLI.hpp>
#include <chrono>
#include <fmt/format.h>
#include <thread>
#include <yaml-cpp/yaml.h>

namespace troupe::tools {

namespace {

namespace json = api::json;
constexpr std::string_view path = "/troupe/v1/store/shards";

struct shard_settings {
  std::string kubeconfig, data_dir, format = "table", type, layout;
  std::uint32_t to = 0;
  bool wait = true;
};

void declare(CLI::App& command, const std::shared_ptr<shard_settings>& s) {
  command.add_option("--kubeconfig", s->kubeconfig, "of an administrator of the cluster (default: $KUBECONFIG, or that "
                                                    "of the node on this machine)");
  command.add_option("--data-dir", s->data_dir, "data directory of a control-plane node, whose kubeconfig is taken");
  command.add_option("-o,--output", s->format, "table, json or yaml")
      ->check(CLI::IsMember({"table", "json", "yaml"}))
      ->capture_default_str();
}

void print(const json::object& found) {
  std::vector<std::vector<std::string>> rows{{"ID", "LEADER", "VOTERS", "REVISION", "TYPES"}};
  if (auto* all = api::array_at(found, {"shards"}))
    for (auto& s : *all)
      if (auto* o = s.if_object())
        rows.push_back({cell(*o, "id"), cell(*o, "leader", "<none>"), cell(*o, "voters", "<none>"),
                        cell(*o, "revision", "-"), cell(*o, "types")});
  fmt::print("{}", table_of(rows));
  auto* moves = api::array_at(found, {"moves"});
  if (!moves || moves->empty()) return;
  std::vector<std::vector<std::string>> under_way{{"MOVES", "FROM", "TO", "PHASE"}};
  for (auto& m : *moves)
    if (auto* o = m.if_object())
      under_way.push_back({cell(*o, "type"), cell(*o, "from"), cell(*o, "to"), cell(*o, "phase")});
  fmt::print("\n{}", table_of(under_way));
}

int show(const shard_settings& s, const json::object& found) {
  if (s.format == "table") {
    print(found);
  } else if (s.format == "json") {
    fmt::print("{}\n", json::serialize(found));
  } else {
    YAML::Emitter out;
    out << YAML::Load(json::serialize(found)); // JSON is YAML in flow style; block style is for people.
    fmt::print("{}\n", out.c_str());
  }
  return 0;
}

/// Tells of each phase until the types are in their new shards. What is left then nobody waits for.
int follow(bench::api_client& cluster, const shard_settings& s, json::object found) {
  std::string told;
  for (;;) {
    bool open = false;
    std::string now;
    if (auto* moves = api::array_at(found, {"moves"}))
      for (auto& m : *moves) {
        auto* o = m.if_object();
        if (!o) continue;
        open = open || api::string_at(*o, {"phase"}) != "placed";
        now += fmt::format("{} {} -> {}: {}\n", cell(*o, "type"), cell(*o, "from"), cell(*o, "to"), cell(*o, "phase"));
      }
    if (s.format == "table" && now != told) fmt::print(stderr, "{}", now);
    told = now;
    if (!open) return show(s, found);
    std::this_thread::sleep_for(std::chrono::milliseconds(100));
    auto next = cluster.get(std::string(path));
    if (next) found = std::move(*next);
    else if (next.error().code != 0 && next.error().code != 503) return complain(next.error().message);
  }
}

int run(const shard_settings& s, const std::string& where, std::optional<json::object> body) {
  cluster_choice choice{s.kubeconfig, s.data_dir, "json"};
  auto cluster = open_cluster(choice);
  if (!cluster) return complain(cluster.error());
  auto found = body ? (*cluster)->post(std::string(path) + where, json::serialize(*body))
                    : (*cluster)->get(std::string(path));
  if (!found) return complain(found.error().message);
  bool moves = where == "/moves" || where == "/layout";
  return moves && s.wait ? follow(**cluster, s, std::move(*found)) : show(s, *found);
}

} // namespace

std::function<std::optional<int>()> declare_store_shards(CLI::App& store) {
  auto s = std::make_shared<shard_settings>();
  auto* shards = store.add_subcommand("shards", "Show, add and lay out the shards of a running cluster's store");
  declare(*shards, s);
  shards->footer("A shard is a Raft group of its own. A resource type lives wholly in one of them.\n\nExamples:\n"
                 "  troupe store shards\n  troupe store shards -o yaml\n  troupe store shards add\n"
                 "  troupe store shards layout large");
  shards->require_subcommand(0, 1);
  auto* adding = shards->add_subcommand("add", "Add an empty shard");
  declare(*adding, s);
  adding->footer("Examples:\n  troupe store shards add");
  auto* laying = shards->add_subcommand("layout", "Bring the types into the shards of a known layout");
  laying->add_option("name", s->layout, "large: pods in one shard, leases and events in another, the rest in shard 0")
      ->required()
      ->check(CLI::IsMember({"large"}));
  laying->add_flag("--wait,!--no-wait", s->wait, "until the types are there");
  declare(*laying, s);
  laying->footer("Examples:\n  troupe store shards layout large");
  auto* moving = store.add_subcommand("move", "Move a resource type to another shard, while everybody works");
  moving->add_option("type", s->type, "such as pods, events or leases.coordination.k8s.io")->required();
  moving->add_option("--to", s->to, "number of the shard")->required();
  moving->add_flag("--wait,!--no-wait", s->wait, "until the type is there");
  declare(*moving, s);
  moving->footer("Writes of the type wait while it is copied; watches go on.\n\nExamples:\n"
                 "  troupe store move pods --to 1\n  troupe store move pods --to 0");
  return [=]() -> std::optional<int> {
    if (*moving) return run(*s, "/moves", json::object{{"type", s->type}, {"to", s->to}});
    if (!*shards) return std::nullopt;
    if (*adding) return run(*s, "", json::object{});
    if (*laying) return run(*s, "/layout", json::object{{"name", s->layout}});
    return run(*s, "", std::nullopt);
  };
}

} // namespace troupe::tools
