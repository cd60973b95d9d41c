#include "net/http/target.hpp"
#include "policies/inspection/sample.hpp"
#include "tools/inspect/output.hpp"
#include "tools/inspect/settings.hpp"
#include "tools/troupe/run.hpp"
#include <fmt/format.h>

// One actor, and what administrators do to actors and their processes.
namespace troupe::tools::inspect {

namespace {

namespace json = api::json;

/// The node that was named, or the only one: an id says enough there.
bench::api_result<std::string> node_of(bench::api_client& cluster, const inspect_settings& s) {
  if (!s.node.empty()) return s.node;
  auto all = cluster.get("/troupe/v1/inspect/store");
  if (!all) return tl::make_unexpected(all.error());
  auto nodes = policies::inspection::read_nodes(*all);
  if (nodes.size() == 1) return nodes[0].name;
  return tl::make_unexpected(bench::api_error{.message = "ids of actors are those of a node: say which by --node"});
}

bench::api_result<std::string> path_of(bench::api_client& cluster, const inspect_settings& s, std::string_view verb) {
  auto node = node_of(cluster, s);
  if (!node) return tl::make_unexpected(node.error());
  return fmt::format("/troupe/v1/inspect/actors/{}{}?node={}", s.actor, verb, net::http::percent_encode(*node));
}

/// 1 if a node has not done it.
int tell_done(const json::array& nodes, const std::string& format) {
  bool all = true;
  std::vector<json::object> rows;
  for (auto& each : nodes) {
    auto name = api::string_at(each, {"name"}), done = api::string_at(each, {"done"});
    auto error = api::string_at(each, {"error"});
    if (format != "table") rows.push_back(each.as_object());
    else if (error.empty()) fmt::print("{}: {}\n", name, done);
    else fmt::print(stderr, "{}: {}\n", name, error);
    all = all && error.empty();
  }
  if (format != "table") print_documents(rows, format);
  return all ? 0 : 1;
}

/// What is done to one actor.
int order(const inspect_settings& s, std::string_view verb, const std::string& parameters = {}) {
  auto cluster = open_cluster(s.where);
  if (!cluster) return complain(cluster.error());
  auto path = path_of(**cluster, s, verb);
  if (!path) return complain(path.error().message);
  auto done = (*cluster)->post(*path + parameters, "{}");
  if (!done) return complain(done.error().message);
  return tell_done({*done}, s.where.format);
}

} // namespace

int show_actor(const inspect_settings& s) {
  auto cluster = open_cluster(s.where);
  if (!cluster) return complain(cluster.error());
  auto path = path_of(**cluster, s, "");
  if (!path) return complain(path.error().message);
  auto found = (*cluster)->get(*path);
  if (!found) return complain(found.error().message);
  print_document(*found, s.where.format == "table" ? "yaml" : s.where.format);
  return 0;
}

int restart_actor(const inspect_settings& s) { return order(s, "/restart"); }

int pause_actor(const inspect_settings& s) {
  return order(s, "/pause", fmt::format("&seconds={}", s.pause_seconds));
}

int resume_actor(const inspect_settings& s) { return order(s, "/resume"); }

int set_log_level(const inspect_settings& s) {
  auto cluster = open_cluster(s.where);
  if (!cluster) return complain(cluster.error());
  auto path = "/troupe/v1/inspect/log-level?level=" + net::http::percent_encode(s.level);
  if (!s.node.empty()) path += "&node=" + net::http::percent_encode(s.node);
  auto done = (*cluster)->post(path, "{}");
  if (!done) return complain(done.error().message);
  auto* nodes = api::array_at(*done, {"nodes"});
  return tell_done(nodes ? *nodes : json::array(), s.where.format);
}

} // namespace troupe::tools::inspect
