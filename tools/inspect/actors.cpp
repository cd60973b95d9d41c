#include "net/http/target.hpp"
#include "policies/inspection/table.hpp"
#include "tools/inspect/output.hpp"
#include "tools/inspect/screen.hpp"
#include "tools/inspect/settings.hpp"
#include "tools/troupe/run.hpp"
#include <chrono>
#include <cstdio>
#include <fmt/format.h>
#include <thread>

namespace troupe::tools::inspect {

namespace {

namespace inspection = policies::inspection;
namespace json = api::json;
using samples = std::vector<inspection::node_sample>;

bench::api_result<samples> sample(bench::api_client& cluster, const inspect_settings& s) {
  auto path = fmt::format("/troupe/v1/inspect/actors?all={}", s.all);
  if (!s.node.empty()) path += "&node=" + net::http::percent_encode(s.node);
  auto found = cluster.get(path);
  if (!found) return tl::make_unexpected(found.error());
  return inspection::read_nodes(*found);
}

void pause(const inspect_settings& s) {
  std::this_thread::sleep_for(std::chrono::duration<double>(s.interval_seconds));
}

std::vector<json::object> documents(const std::vector<inspection::actor_row>& rows) {
  std::vector<json::object> out;
  for (auto& r : rows) out.push_back(document(r));
  return out;
}

/// Nodes that did not answer are told on standard error; true if all did.
bool tell_missing(const samples& all) {
  bool complete = true;
  for (auto& n : all) {
    if (n.error.empty()) continue;
    fmt::print(stderr, "node {}: {}\n", n.name, n.error);
    complete = false;
  }
  return complete;
}

std::string summary(const samples& all, const std::vector<inspection::actor_row>& rows) {
  std::string out;
  for (auto& n : all) {
    std::uint64_t actors = 0, mail = 0;
    double rate = 0, busy = 0;
    for (auto& r : rows) {
      if (r.node != n.node) continue;
      ++actors;
      mail += r.actor.mailbox;
      rate += r.per_second;
      busy += r.busy;
    }
    if (n.error.empty())
      out += fmt::format("{}: {} actors, {:.0f} messages/s, {} wait, {:.0f}% of a core in handlers, {} resident\n",
                         n.name, actors, rate, mail, busy * 100, inspection::short_bytes(n.memory_bytes));
    else
      out += fmt::format("{}: {}\n", n.name, n.error);
  }
  return out;
}

/// Keys choose a column by their number: a screen has no room for more.
std::string key_line(inspection::sort_key by) {
  std::string out;
  for (std::size_t i = 0; i < std::size(inspection::sort_keys); ++i) {
    bool chosen = i == static_cast<std::size_t>(by);
    out += fmt::format("{}{} {}{}  ", chosen ? "[" : "", i + 1, inspection::sort_keys[i], chosen ? "]" : "");
  }
  return out + "q quit\n";
}

/// Waits until the next sample is due; keys choose the column for it. True if one ends the command.
bool ended_by_key(const screen& on, const inspect_settings& s, inspection::sort_key& by) {
  using clock = std::chrono::steady_clock;
  std::chrono::duration<double> interval(s.interval_seconds);
  auto due = clock::now() + std::chrono::duration_cast<clock::duration>(interval);
  for (auto now = clock::now(); now < due; now = clock::now()) {
    auto key = on.key(std::chrono::ceil<std::chrono::milliseconds>(due - now));
    constexpr char interrupt = 3;
    if (key == 'q' || key == interrupt) return true;
    if (key && *key >= '1' && *key < '1' + static_cast<char>(std::size(inspection::sort_keys)))
      by = static_cast<inspection::sort_key>(*key - '1');
  }
  return false;
}

} // namespace

int show_tree(const inspect_settings& s) {
  auto cluster = open_cluster(s.where);
  if (!cluster) return complain(cluster.error());
  auto before = sample(**cluster, s);
  if (!before) return complain(before.error().message);
  pause(s);
  auto after = sample(**cluster, s);
  if (!after) return complain(after.error().message);
  auto tree = inspection::tree_of(inspection::rows_of(*before, *after));
  if (s.where.format == "table") {
    fmt::print("{}", inspection::rendered(inspection::tree_table(tree)));
  } else {
    std::vector<inspection::actor_row> rows;
    for (auto& r : tree) rows.push_back(std::move(r.row));
    print_documents(documents(rows), s.where.format);
  }
  return tell_missing(*after) ? 0 : 1;
}

int show_top(const inspect_settings& s) {
  auto cluster = open_cluster(s.where);
  if (!cluster) return complain(cluster.error());
  auto before = sample(**cluster, s);
  if (!before) return complain(before.error().message);
  auto by = inspection::parse_sort_key(s.sort).value_or(inspection::sort_key::busy);
  bool table = s.where.format == "table";
  auto whole = table && s.rounds == 0 ? screen::open() : nullptr;
  for (std::uint32_t round = 1; s.rounds == 0 || round <= s.rounds; ++round) {
    if (!whole) pause(s);
    else if (ended_by_key(*whole, s, by)) return 0;
    auto after = sample(**cluster, s);
    if (!after) { // The screen goes before the message comes.
      whole = nullptr;
      return complain(after.error().message);
    }
    auto rows = inspection::rows_of(*before, *after);
    auto head = table ? summary(*after, rows) : std::string();
    inspection::sort_rows(rows, by);
    if (s.rows > 0 && rows.size() > s.rows) rows.resize(s.rows);
    auto text = table ? fmt::format("{}\n{}", head, inspection::rendered(inspection::top_table(rows))) : std::string();
    if (whole) whole->show(key_line(by) + text);
    else if (table) fmt::print("{}", text);
    else print_documents(documents(rows), s.where.format);
    if (!table) tell_missing(*after);
    std::fflush(stdout);
    before = std::move(after);
  }
  return 0;
}

} // namespace troupe::tools::inspect
