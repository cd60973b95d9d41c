#include "actors/apiserver/client.hpp"
#include "actors/base/error.hpp"
#include "actors/kubelet/kubelet.hpp"
#include "policies/node/node_object.hpp"
#include <caf/send.hpp>
#include <spdlog/spdlog.h>

namespace troupe::actors::kubelet {

namespace rules = policies::node;
using apiserver::resource_path;

namespace {
const resource_path nodes{"", "v1", "nodes"};
const resource_path leases{"coordination.k8s.io", "v1", "leases"};
/// As a kubelet waits between attempts to register (kubernetes, kubelet_node_status.go).
constexpr std::chrono::milliseconds first_pause{100}, longest_pause{7000};
} // namespace

void kubelet_state::retry_later() {
  if (retrying) return;
  retrying = true;
  retry_pause = retry_pause == api::duration{} ? first_pause : std::min<api::duration>(2 * retry_pause, longest_pause);
  self->delayed_send(self, retry_pause, retry_atom::value);
}

void kubelet_state::register_node() {
  if (registering || !api) return;
  registering = true;
  auto& facts = ctx->config.facts;
  auto who = apiserver::node(facts.name);
  auto failed = [this](std::string_view why) {
    registering = false;
    spdlog::warn("kubelet: registration_failed node={} why=\"{}\"", ctx->config.facts.name, why);
    retry_later();
  };
  self->request(api, ctx->config.call_timeout, call_atom::value,
                apiserver::create(who, nodes, rules::node_object(facts, {}, ctx->env->now())))
    .then(
      [this, failed, who](const shared<apiserver::reply>& reply) {
        if (reply->ok()) return registered(reply->object);
        if (reply->code != 409) return failed(reply->message());
        // It is there from before: read it, and bring its labels up to date.
        self->request(api, ctx->config.call_timeout, call_atom::value,
                      apiserver::get(who, nodes, {"", ctx->config.facts.name}))
          .then(
            [this, failed](const shared<apiserver::reply>& found) {
              if (!found->ok()) return failed(found->message());
              registered(found->object);
            },
            [failed](caf::error& e) { failed(text_of(e)); });
      },
      [failed](caf::error& e) { failed(text_of(e)); });
}

void kubelet_state::registered(const object_handle& object) {
  registering = false;
  retry_pause = {};
  node = object;
  reported = object->status();
  reported_at = {}; // Of an earlier process or another node: report anew.
  auto labels = rules::node_label_changes(ctx->config.facts, *object);
  if (!labels.empty() && api)
    self->request(api, ctx->config.call_timeout, call_atom::value,
                  apiserver::merge_patch(apiserver::node(ctx->config.facts.name), nodes, {"", ctx->config.facts.name},
                                         {{"metadata", {{"labels", labels}}}}))
      .then([](const shared<apiserver::reply>&) {}, [](caf::error&) {});
  renew_lease();
  look_at_node();
}

/// The node as the API has it, not as it was told last: a control plane that missed the leases, or whose clock jumped,
/// has called it unreachable, and only its kubelet can take that back.
void kubelet_state::look_at_node() {
  if (!node || !api || status_busy) return;
  status_busy = true;
  apiserver::call question = *apiserver::get(apiserver::node(ctx->config.facts.name), nodes,
                                             {"", ctx->config.facts.name});
  question.query["resourceVersion"] = "0"; // What a cache has will do.
  self->request(api, ctx->config.call_timeout, call_atom::value, share(std::move(question)))
    .then(
      [this](const shared<apiserver::reply>& found) {
        if (found->ok() && found->object) see(found->object->status());
        judge_node();
      },
      [this](caf::error&) { judge_node(); });
}

/// Of what was reported, what others have put in its place.
void kubelet_state::see(const api::json::object& status) {
  auto* theirs = api::array_at(status, {"conditions"});
  auto* ours = reported.if_contains("conditions");
  if (!theirs || !ours || !ours->is_array()) return;
  for (auto& mine : ours->get_array())
    for (auto& other : *theirs) {
      if (!mine.is_object() || !other.is_object()) continue;
      auto field = [](const api::json::value& c, const char* what) { return api::string_at(c.get_object(), {what}); };
      if (field(mine, "type") == field(other, "type") && field(mine, "status") != field(other, "status")) mine = other;
    }
}

void kubelet_state::judge_node() {
  auto judge = [this](const rules::node_health& health, std::vector<rules::node_image> images) {
    status_busy = false;
    auto now = ctx->env->now();
    auto status = rules::node_status(ctx->config.facts, health, std::move(images), reported, now);
    auto every = std::chrono::duration_cast<api::duration>(ctx->config.status_report);
    if (rules::node_status_due(reported, status, reported_at, now, every)) write_node_status(std::move(status));
  };
  self->request(ctx->config.runtime.images, ctx->config.runtime_timeout, list_atom::value)
    .then(
      [judge](const shared<std::vector<runtime::image_info>>& images) {
        std::vector<rules::node_image> list;
        for (auto& i : *images) {
          rules::node_image image{i.digests, i.size_bytes};
          image.names.insert(image.names.end(), i.tags.begin(), i.tags.end());
          list.push_back(std::move(image));
        }
        judge({}, std::move(list));
      },
      [judge](caf::error& e) {
        rules::node_health sick;
        sick.problem = "container runtime is down: " + text_of(e);
        judge(sick, {});
      });
}

void kubelet_state::write_node_status(api::json::object status) {
  if (!api) return;
  status_busy = true;
  auto call = apiserver::strategic_patch(apiserver::node(ctx->config.facts.name), nodes, {"", ctx->config.facts.name},
                                         {{"status", status}}, "status");
  self->request(api, ctx->config.call_timeout, call_atom::value, call)
    .then(
      [this, status = std::move(status)](const shared<apiserver::reply>& reply) {
        status_busy = false;
        if (reply->ok()) {
          reported = status;
          reported_at = ctx->env->now();
        } else if (reply->code == 404) { // Somebody deleted the node: a kubelet that lives makes it again.
          node = {};
          lease_made = false;
          register_node();
        }
      },
      [this](caf::error&) { status_busy = false; });
}

void kubelet_state::renew_lease() {
  if (!node || !api || lease_busy) return;
  if (!lease_made) return create_lease();
  lease_busy = true;
  api::json::object patch{{"spec", {{"holderIdentity", ctx->config.facts.name},
                                    {"leaseDurationSeconds", ctx->config.lease_seconds},
                                    {"renewTime", api::format_micro_time(ctx->env->now())}}}};
  self->request(api, ctx->config.call_timeout, call_atom::value,
                apiserver::merge_patch(apiserver::node(ctx->config.facts.name), leases,
                                       {"kube-node-lease", ctx->config.facts.name}, patch))
    .then(
      [this](const shared<apiserver::reply>& reply) {
        lease_busy = false;
        if (reply->code == 404) {
          lease_made = false;
          create_lease();
        }
      },
      [this](caf::error&) { lease_busy = false; });
}

void kubelet_state::create_lease() {
  lease_busy = true;
  auto lease = rules::lease_object(ctx->config.facts.name, node->uid(), ctx->config.lease_seconds, ctx->env->now());
  self->request(api, ctx->config.call_timeout, call_atom::value,
                apiserver::create(apiserver::node(ctx->config.facts.name), leases, std::move(lease)))
    .then(
      [this](const shared<apiserver::reply>& reply) {
        lease_busy = false;
        // There from before, it is renewed now.
        lease_made = reply->ok() || reply->code == 409;
        if (reply->code == 409) renew_lease();
      },
      [this](caf::error&) { lease_busy = false; });
}

} // namespace troupe::actors::kubelet
