#include "net/http/target.hpp"
#include "policies/inspection/table.hpp"
#include "tools/inspect/output.hpp"
#include "tools/inspect/settings.hpp"
#include "tools/troupe/run.hpp"
#include <algorithm>
#include <chrono>
#include <cstdio>
#include <fmt/chrono.h>
#include <fmt/format.h>
#include <random>
#include <thread>

namespace troupe::tools::inspect {

namespace {

namespace json = api::json;
using wall = std::chrono::system_clock;
constexpr std::chrono::milliseconds asked_every{250}; ///< a node keeps a few thousand messages between

std::string path_of(const inspect_settings& s, const std::string& session) {
  auto path = fmt::format("/troupe/v1/inspect/trace?session={}&limit={}", session, s.limit);
  if (s.actor != 0) path += fmt::format("&actor={}", s.actor);
  std::pair<const char*, const std::string&> texts[] = {
    {"node", s.node}, {"role", s.role}, {"type", s.type}, {"object", s.object}};
  for (auto& [name, text] : texts)
    if (!text.empty()) path += fmt::format("&{}={}", name, net::http::percent_encode(text));
  return path;
}

std::string time_of(std::int64_t ns) {
  wall::time_point at{std::chrono::duration_cast<wall::duration>(std::chrono::nanoseconds(ns))};
  return fmt::format("{:%Y-%m-%dT%H:%M}:{:%S}Z", fmt::gmtime(wall::to_time_t(at)),
                     std::chrono::floor<std::chrono::microseconds>(at.time_since_epoch()));
}

struct harvest {
  std::vector<json::object> messages;
  std::int64_t dropped = 0, unseen = 0;
};

/// What all nodes have found, in the order of this machine's clock: each node tells how long ago a message was.
harvest gather(const json::object& answer, wall::time_point now) {
  harvest out;
  auto* nodes = api::array_at(answer, {"nodes"});
  if (!nodes) return out;
  auto now_ns = std::chrono::duration_cast<std::chrono::nanoseconds>(now.time_since_epoch()).count();
  for (auto& node : *nodes) {
    auto offset = now_ns - api::int_at(node, {"nowNs"});
    out.dropped += api::int_at(node, {"dropped"});
    out.unseen += api::int_at(node, {"unseen"});
    auto* messages = api::array_at(node, {"messages"});
    if (!messages) continue;
    for (auto& m : *messages) {
      if (!m.is_object()) continue;
      auto& row = out.messages.emplace_back(m.get_object());
      auto at = api::int_at(m, {"atNs"}) + offset;
      row["atNs"] = at;
      row["time"] = time_of(at);
      row["node"] = api::string_at(node, {"name"});
    }
  }
  std::stable_sort(out.messages.begin(), out.messages.end(),
                   [](auto& a, auto& b) { return api::int_at(a, {"atNs"}) < api::int_at(b, {"atNs"}); });
  return out;
}

/// "mirror/pods 17", or "17 on host2" for one whose name the node does not know.
std::string actor_text(const json::object& m, std::string_view which) {
  if (!api::find(m, {which})) return "-";
  auto name = api::string_at(m, {which, "name"}), node = api::string_at(m, {which, "node"});
  auto id = api::int_at(m, {which, "id"});
  return fmt::format("{}{}{}{}", name, name.empty() ? "" : " ", id, node.empty() ? "" : fmt::format(" on {}", node));
}

void print_row(const json::object& m) {
  auto waited = api::find(m, {"waitedNs"});
  auto ns = [&](std::string_view key) {
    return policies::inspection::short_duration(static_cast<std::uint64_t>(api::int_at(m, {key})));
  };
  std::string rest;
  if (auto* objects = api::array_at(m, {"objects"}))
    for (auto& o : *objects) rest += fmt::format(" {}", std::string_view(o.as_string()));
  if (auto n = api::int_at(m, {"elements"}); n > 1) rest += fmt::format(" ({} objects)", n);
  if (auto n = api::int_at(m, {"bytes"}); n > 0) rest += fmt::format(" {}B", n);
  auto time = api::string_at(m, {"time"});
  constexpr std::size_t date = 11;
  fmt::print("{} {:<12} {:<30} <- {:<30} {:<8} {:<40} waited {:>6} handled {:>6}{}\n", time.substr(date),
             api::string_at(m, {"node"}), actor_text(m, "receiver"), actor_text(m, "sender"),
             api::string_at(m, {"kind"}), api::string_at(m, {"type"}), waited ? ns("waitedNs") : "?", ns("handledNs"),
             rest);
}

} // namespace

int show_trace(const inspect_settings& s) {
  using clock = std::chrono::steady_clock;
  if ((s.where.format == "json" || s.where.format == "yaml") && s.for_seconds == 0)
    return complain("one document needs an end: say --for, or -o jsonl");
  auto cluster = open_cluster(s.where);
  if (!cluster) return complain(cluster.error());
  std::random_device chance;
  auto path = path_of(s, fmt::format("{:08x}{:08x}", chance(), chance()));
  auto end = clock::now() + std::chrono::duration_cast<clock::duration>(std::chrono::duration<double>(s.for_seconds));
  bool failed = false, first = true, last = false;
  std::vector<json::object> whole;
  std::int64_t dropped = 0, unseen = 0;
  while (true) {
    auto told = (*cluster)->post(path, "{}");
    if (!told) return complain(told.error().message);
    if (first)
      if (auto* nodes = api::array_at(*told, {"nodes"}))
        for (auto& node : *nodes)
          if (auto error = api::string_at(node, {"error"}); !error.empty()) {
            fmt::print(stderr, "node {}: {}\n", api::string_at(node, {"name"}), error);
            failed = true;
          }
    first = false;
    auto found = gather(*told, wall::now());
    dropped += found.dropped;
    unseen += found.unseen;
    if (s.where.format == "table") std::for_each(found.messages.begin(), found.messages.end(), print_row);
    else if (s.where.format == "jsonl") print_documents(found.messages, s.where.format);
    else whole.insert(whole.end(), found.messages.begin(), found.messages.end());
    if (s.where.format == "table" && found.dropped + found.unseen > 0)
      fmt::print("… {} messages dropped over the limit, {} not looked at\n", found.dropped, found.unseen);
    std::fflush(stdout);
    if (last) break;
    std::this_thread::sleep_for(asked_every);
    last = s.for_seconds > 0 && clock::now() >= end;
  }
  (void)(*cluster)->post(path + "&end=true", "{}");
  if (s.where.format == "json" || s.where.format == "yaml") print_documents(whole, s.where.format);
  if (s.where.format != "table" && dropped + unseen > 0)
    fmt::print(stderr, "{} messages dropped over the limit, {} not looked at\n", dropped, unseen);
  return failed ? 1 : 0;
}

} // namespace troupe::tools::inspect
