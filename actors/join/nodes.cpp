#include "actors/apiserver/client.hpp"
#include "actors/base/error.hpp"
#include "actors/join/registrar.hpp"
#include "policies/joining/admission.hpp"
#include <algorithm>
#include <spdlog/spdlog.h>

namespace troupe::actors::join {

namespace {

namespace json = api::json;
namespace joining = policies::joining;
using policies::cluster::node_record;

const apiserver::resource_path node_type{"", "v1", "nodes"}, lease_type{"coordination.k8s.io", "v1", "leases"};

json::object describe(const node_record& n) {
  auto seconds = api::time_point(std::chrono::seconds(n.joined));
  json::array roles;
  if (n.control_plane) roles.emplace_back("control-plane");
  if (n.worker) roles.emplace_back("worker");
  return {{"id", n.id},
          {"name", n.name},
          {"roles", std::move(roles)},
          {"address", n.address},
          {"linkPort", n.link_port},
          {"apiPort", n.api_port},
          {"podCIDR", n.pod_cidr},
          {"program", n.version},
          {"joined", api::format_time(seconds)}};
}

const registry::entry<node_record>* member(const registry& all, const std::string& name) {
  auto at = std::find_if(all.nodes.begin(), all.nodes.end(),
                         [&](auto& n) { return !n.value.removed && n.value.name == name; });
  return at == all.nodes.end() ? nullptr : &*at;
}

bool was_member(const registry& all, const std::string& name) {
  return std::any_of(all.nodes.begin(), all.nodes.end(), [&](auto& n) { return n.value.name == name; });
}

} // namespace

void registrar_state::list_nodes(const job_ptr& j, const registry& all) {
  json::array items;
  for (auto& n : all.nodes)
    if (!n.value.removed) items.push_back(describe(n.value));
  j->done({200, json::serialize(json::object{{"items", std::move(items)}})});
}

void registrar_state::remove_node(const job_ptr& j, const std::string& node) {
  start(j, [this, node](const job_ptr& same, const registry& all) {
    auto finish = [=, this] {
      removals.emplace(node, same->done);
      self->delayed_send(self, config.removal_delay, remove_atom::value, node);
    };
    auto* found = member(all, node);
    // Whose record is marked already was not brought to its end the last time.
    if (!found && was_member(all, node)) return finish();
    auto may = joining::may_remove(node, all.records());
    if (!may) return same->done(refusal(may.error()));
    auto record = std::move(*may);
    record.removed = true;
    store::mvcc::txn_request txn;
    replace(txn, policies::cluster::node_record_key(record.id), found->revision, policies::cluster::encode(record));
    commit(same, std::move(txn), [=] {
      spdlog::info("registrar: node_removed id={} name={}", record.id, record.name);
      finish();
    });
  });
}

void registrar_state::remove_objects(const std::string& node) {
  auto tell = [=, this](const answer& a) {
    auto [from, to] = removals.equal_range(node);
    std::vector<std::function<void(answer)>> waiting;
    for (auto i = from; i != to; ++i) waiting.push_back(i->second);
    removals.erase(from, to);
    for (auto& w : waiting) w(a);
  };
  auto incomplete = [=](std::string_view why) {
    spdlog::warn("registrar: objects_left name={} error=\"{}\"", node, why);
    tell(refusal(api::service_unavailable(
      fmt::format("the node {} is out of the cluster, but its API objects could not be deleted ({}): say 'troupe node "
                  "remove {}' once more",
                  node, why, node))));
  };
  if (!api) return incomplete("there is no API server");
  auto who = apiserver::admin();
  self->request(api, config.timeout, call_atom::value, apiserver::remove(who, lease_type, {"kube-node-lease", node}))
    .then([](const shared<apiserver::reply>&) {}, [](caf::error&) {});
  self->request(api, config.timeout, call_atom::value, apiserver::remove(who, node_type, {"", node}))
    .then(
      [=](const shared<apiserver::reply>& r) {
        if (!r->ok() && r->code != 404) return incomplete(r->message());
        tell({200, json::serialize(json::object{{"name", node}, {"removed", true}})});
      },
      [=](caf::error& e) { incomplete(text_of(e)); });
}

void registrar_state::roster_changed(const roster& nodes) {
  if (!config.removed) return;
  std::vector<std::uint64_t> gone;
  for (auto& n : nodes)
    if (n.removed) gone.push_back(n.id);
  config.removed->set(std::move(gone));
}

/// `kubectl delete node` means the same as `troupe node remove`. Only what is seen to go counts: a node that is just
/// joining has no Node yet.
void registrar_state::nodes_changed(const mirror::update& update) {
  if (update.replace) return;
  for (auto& c : update.changes) {
    if (c.after || !c.before) continue;
    auto j = std::make_shared<job>();
    auto node = std::string(c.before->name());
    j->done = [node](const answer& a) {
      // Most Node objects that go are those of nodes that were taken out before, or are simulated.
      if (a.code >= 400 && a.code != 404)
        spdlog::warn("registrar: deleted_node_stays name={} answer={}", node, a.body);
    };
    start(j, [this, node](const job_ptr& same, const registry& all) {
      if (member(all, node)) remove_node(same, node);
    });
  }
}

} // namespace troupe::actors::join
