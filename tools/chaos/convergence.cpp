#include "storage/mvcc/state.hpp"
#include "tools/chaos/simulated_run.hpp"
#include <algorithm>
#include <fmt/format.h>
#include <fmt/ranges.h>

// What a cluster at rest looks like, read from the history of its store; and if it does not, who waits for what.
namespace troupe::tools::chaos {

namespace json = api::json;

namespace {

constexpr std::size_t reasons_max = 6;

/// The objects of a type as they are stored.
std::vector<json::object> objects(const policies::chaos::store_history& h, const std::string& type) {
  std::vector<json::object> out;
  for (auto* c : h.below("/registry/" + type + "/")) {
    boost::system::error_code error;
    auto value = json::parse(*c->value, error);
    if (!error && value.is_object()) out.push_back(std::move(value.get_object()));
  }
  return out;
}

std::string name_of(const json::object& o) { return std::string(api::string_at(o, {"metadata", "name"})); }

bool ready(const json::object& node) {
  auto* all = api::array_at(node, {"status", "conditions"});
  if (!all) return false;
  for (auto& c : *all)
    if (c.is_object() && api::string_at(c.get_object(), {"type"}) == "Ready")
      return api::string_at(c.get_object(), {"status"}) == "True";
  return false;
}

std::string summary(std::vector<std::string> all) {
  if (all.size() > reasons_max) {
    auto more = all.size() - reasons_max;
    all.resize(reasons_max);
    all.push_back(fmt::format("and {} more", more));
  }
  return fmt::format("{}", fmt::join(all, "; "));
}

} // namespace

void simulated_run::nodes_waiting(std::vector<std::string>& out) const {
  std::map<std::string, bool> found;
  for (auto& n : objects(history_, "nodes")) found[name_of(n)] = ready(n);
  for (std::uint64_t id = scenario_.cluster.control_plane + 1; id <= world_.size(); ++id) {
    auto at = found.find(world_.name(id));
    if (at == found.end()) out.push_back(fmt::format("node {} has not registered itself", world_.name(id)));
    else if (!at->second) out.push_back(fmt::format("node {} is not Ready", world_.name(id)));
  }
}

void simulated_run::deployments_waiting(std::vector<std::string>& out) const {
  for (auto& d : objects(history_, "deployments.apps")) {
    auto wanted = api::int_at(d, {"spec", "replicas"}, 1), generation = api::int_at(d, {"metadata", "generation"});
    auto number = [&](std::string_view field) { return api::int_at(d, {"status", field}); };
    if (number("observedGeneration") < generation)
      out.push_back(fmt::format("deployment {} waits for its controller: generation {} of {} was seen", name_of(d),
                                number("observedGeneration"), generation));
    else if (number("replicas") != wanted || number("updatedReplicas") != wanted ||
             number("availableReplicas") != wanted)
      out.push_back(fmt::format("deployment {} wants {} pods and has {}, {} of them updated, {} available", name_of(d),
                                wanted, number("replicas"), number("updatedReplicas"), number("availableReplicas")));
  }
  for (auto& n : objects(history_, "namespaces"))
    if (name_of(n).starts_with("churn-")) out.push_back(fmt::format("namespace {} has not gone", name_of(n)));
}

void simulated_run::pods_waiting(std::vector<std::string>& out) const {
  for (auto& p : objects(history_, "pods")) {
    auto node = api::string_at(p, {"spec", "nodeName"}), phase = api::string_at(p, {"status", "phase"});
    if (!api::string_at(p, {"metadata", "deletionTimestamp"}).empty())
      out.push_back(fmt::format("pod {} waits for {} to remove it", name_of(p), node.empty() ? "the API" : node));
    else if (node.empty()) out.push_back(fmt::format("pod {} waits for the scheduler", name_of(p)));
    else if (phase == "Pending") out.push_back(fmt::format("pod {} waits for {} to start it", name_of(p), node));
  }
}

void simulated_run::members_waiting(std::vector<std::string>& out) const {
  auto newest = history_.all().empty() ? 0 : history_.all().back().at;
  for (std::uint64_t id = 1; id <= scenario_.cluster.control_plane; ++id) {
    auto applied = world_.files(id)->state ? world_.files(id)->state->current() : 0;
    if (applied < newest)
      out.push_back(fmt::format("member {} of the store is at revision {} of {}", id, applied, newest));
    else if (history_.told_by(id) < newest)
      out.push_back(fmt::format("the watch of member {} is at revision {} of {}", id, history_.told_by(id), newest));
  }
}

/// What each worker's proxy and DNS have made of the services.
void simulated_run::networks_waiting(std::vector<std::string>& out) const {
  auto services = objects(history_, "services");
  for (std::uint64_t id = scenario_.cluster.control_plane + 1; id <= world_.size(); ++id) {
    auto* h = world_.at(id);
    if (!h) continue;
    auto& known = h->services();
    std::size_t named = 0;
    if (known.names)
      for (auto& [space, all] : known.names->services) named += all.size();
    if (named != services.size())
      out.push_back(fmt::format("the DNS of {} knows {} of {} services", h->name(), named, services.size()));
    for (std::uint32_t n = 0; n < scenario_.load.rollouts.deployments; ++n) {
      auto* stored = history_.last(fmt::format("/registry/deployments.apps/default/web-{}", n));
      boost::system::error_code error;
      auto web = stored && stored->value ? json::parse(*stored->value, error) : json::value();
      if (!web.is_object()) continue;
      auto wanted = api::int_at(web.get_object(), {"spec", "replicas"});
      // Every service has a port of its own.
      auto rule = std::find_if(known.rules.begin(), known.rules.end(),
                               [&](auto& r) { return r.first.port == service_port(n); });
      auto has = rule == known.rules.end() ? 0 : static_cast<std::int64_t>(rule->second.endpoints.size());
      if (has != wanted)
        out.push_back(fmt::format("the proxy of {} leads web-{} to {} of {} pods", h->name(), n, has, wanted));
    }
  }
}

/// Reading all objects costs, and is of use only after a change.
std::string simulated_run::objects_waiting() const {
  auto& [length, text] = objects_waited_;
  if (length == history_.all().size() && length > 0) return text;
  std::vector<std::string> all;
  nodes_waiting(all);
  deployments_waiting(all);
  pods_waiting(all);
  text = summary(std::move(all));
  length = history_.all().size();
  return text;
}

std::string simulated_run::waiting() const {
  std::vector<std::string> all;
  members_waiting(all);
  if (auto objects = objects_waiting(); !objects.empty()) all.push_back(std::move(objects));
  if (insisting_ > 0) all.push_back(fmt::format("{} requests of clients have no answer", insisting_));
  for (auto& c : clients_)
    if (c.busy) all.push_back("a client waits for an answer");
  if (all.empty()) networks_waiting(all);
  return summary(std::move(all));
}

} // namespace troupe::tools::chaos
