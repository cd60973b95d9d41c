#include "tools/troupe/master.hpp"
#include "tools/troupe/members.hpp"
#include "tools/troupe/run.hpp"
#include <CLI/CLI.hpp>
#include <chrono>
#include <fmt/format.h>
#include <set>
#include <thread>

// Whether the members of a running cluster's store have the same content.
namespace troupe::tools {

namespace {

namespace json = api::json;

enum class verdict { same, different, behind, incomplete };

const json::array& members_of(const json::object& shard) {
  static const json::array none;
  auto* found = api::array_at(shard, {"members"});
  return found ? *found : none;
}

/// Sums can be compared if all were made of the same revision with the same history before it.
verdict judge(const json::object& shard) {
  std::set<std::int64_t> hashes, compactions;
  auto out = verdict::same;
  for (auto& m : members_of(shard)) {
    auto* o = m.if_object();
    if (!o) continue;
    auto problem = api::string_at(*o, {"problem"});
    if (problem == "behind" || problem == "compacted") out = std::max(out, verdict::behind);
    else if (!problem.empty()) out = verdict::incomplete;
    else hashes.insert(api::int_at(*o, {"hash"}, 0)), compactions.insert(api::int_at(*o, {"compactRevision"}, 0));
  }
  if (compactions.size() > 1) return std::max(out, verdict::behind);
  return hashes.size() > 1 ? verdict::different : out;
}

/// The next question: the same revision of shards whose members were behind only.
std::string question_after(const json::object& found) {
  json::array shards;
  if (auto* all = api::array_at(found, {"shards"}))
    for (auto& s : *all) {
      auto* o = s.if_object();
      if (!o) continue;
      std::set<std::int64_t> compactions;
      bool compacted = false;
      for (auto& m : members_of(*o))
        if (auto* one = m.if_object()) {
          compacted = compacted || api::string_at(*one, {"problem"}) == "compacted";
          if (one->contains("hash")) compactions.insert(api::int_at(*one, {"compactRevision"}, 0));
        }
      if (!compacted && compactions.size() <= 1)
        shards.push_back(
          json::object{{"id", api::int_at(*o, {"id"}, 0)}, {"revision", api::int_at(*o, {"revision"}, 0)}});
    }
  return json::serialize(json::object{{"shards", std::move(shards)}});
}

verdict judge_all(const json::object& found) {
  auto worst = verdict::same;
  if (auto* all = api::array_at(found, {"shards"}))
    for (auto& s : *all)
      if (auto* o = s.if_object()) {
        auto one = judge(*o);
        if (one == verdict::different) return one;
        worst = std::max(worst, one);
      }
  return worst;
}

void print(const json::object& found) {
  std::vector<std::vector<std::string>> rows{{"SHARD", "MEMBER", "REVISION", "HASH", "PROBLEM"}};
  if (auto* all = api::array_at(found, {"shards"}))
    for (auto& s : *all)
      if (auto* shard = s.if_object())
        for (auto& m : members_of(*shard))
          if (auto* o = m.if_object())
            rows.push_back({cell(*shard, "id"), cell(*o, "name"), cell(*shard, "revision"),
                            o->contains("hash") ? fmt::format("{:08x}", api::int_at(*o, {"hash"}, 0)) : "-",
                            cell(*o, "problem", "")});
  fmt::print("{}", table_of(rows));
}

int check(const cluster_choice& where) {
  constexpr int tries_max = 20;
  auto cluster = open_cluster(where);
  if (!cluster) return complain(cluster.error());
  std::string question = "{}";
  for (int tries = 1;; ++tries) {
    auto found = (*cluster)->post("/troupe/v1/store/check", std::string(question));
    if (!found) return complain(found.error().message);
    auto what = judge_all(*found);
    bool settled = what == verdict::same || what == verdict::different;
    if (!settled && tries < tries_max) {
      question = question_after(*found);
      std::this_thread::sleep_for(std::chrono::milliseconds(250));
      continue;
    }
    if (where.json()) fmt::print("{}\n", json::serialize(*found));
    else print(*found);
    if (what == verdict::same) return 0;
    return complain(what == verdict::different ? "the members do not have the same content"
                                               : "not every member could be compared");
  }
}

} // namespace

std::function<std::optional<int>()> declare_store_check(CLI::App& store) {
  auto where = std::make_shared<cluster_choice>();
  auto* checking = store.add_subcommand("check", "Compare the content of all members of a running cluster's store");
  declare_choice(*checking, where);
  checking->footer("Each member of each shard sums up all that it has at one revision. Ends with 1 if two differ, or\n"
                   "if one can't be asked.\n\nExamples:\n  troupe store check\n  troupe store check -o json");
  return [=]() -> std::optional<int> {
    if (!*checking) return std::nullopt;
    return check(*where);
  };
}

} // namespace troupe::tools
