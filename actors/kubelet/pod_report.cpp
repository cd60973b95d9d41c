#include "actors/apiserver/client.hpp"
#include "actors/base/error.hpp"
#include "actors/kubelet/pod.hpp"
#include "policies/node/pod_status.hpp"
#include <algorithm>

namespace troupe::actors::kubelet {

namespace node = policies::node;

namespace {

constexpr api::duration first_write_pause = std::chrono::milliseconds(500), write_pause_max = std::chrono::seconds(10);

/// Merge patch between two statuses: changed members as they are, missing ones as null.
api::json::object difference(const api::json::object& before, const api::json::object& after) {
  api::json::object out;
  for (auto& m : after) {
    auto* old = before.if_contains(m.key());
    if (!old || !api::semantically_equal(*old, m.value())) out[m.key()] = m.value();
  }
  for (auto& m : before)
    if (!after.contains(m.key())) out[m.key()] = nullptr;
  return out;
}

} // namespace

void pod_state::report() {
  if (writing || gone) return;
  if (record.ending && finishing && !cleaned) return;
  auto status = node::pod_status(*pod, record, now());
  auto patch = difference(pod->status(), status);
  if (patch.empty()) return;
  // A pod that just began is expected to run in a moment: one write then says it all.
  bool first = !pod->status().contains("containerStatuses") && api::string_at(status, {"phase"}) == "Pending";
  bool trouble = std::any_of(record.containers.begin(), record.containers.end(),
                             [](auto& c) { return !c.second.waiting_reason.empty(); });
  auto settled = begun + std::chrono::duration_cast<api::duration>(ctx->config.settle);
  if (first && !trouble && !record.ending && now() < settled) return wake_at(settled);
  write_status(std::move(patch));
}

void pod_state::write_status(api::json::object patch) {
  writing = true;
  // Conditions of others are in the same list: a write must not undo theirs.
  api::json::object metadata{{"uid", pod->uid()}};
  auto* own = api::array_at(patch, {"conditions"});
  if (own && own->size() > 5) metadata["resourceVersion"] = std::to_string(pod->revision());
  api::json::object document{{"metadata", std::move(metadata)}, {"status", std::move(patch)}};
  auto call = apiserver::merge_patch(apiserver::node(ctx->config.facts.name), {"", "v1", "pods"}, pod->key(), document,
                                     "status");
  auto failed = [this] {
    write_pause = write_pause == api::duration{} ? first_write_pause : std::min(write_pause * 2, write_pause_max);
    // The pod stays silent until then: `writing` keeps other reports away.
    self->delayed_send(self, caf::timespan(write_pause), write_atom::value);
  };
  self->request(kubelet, ctx->config.call_timeout, call_atom::value, call)
    .then(
      [this, failed](const shared<apiserver::reply>& reply) {
        if (reply->code == 404 || (reply->code == 409 && !pod->status().contains("conditions"))) {
          writing = false; // It is gone, or another pod has its name: the mirror will tell.
          if (cleaned) remove_object();
          return;
        }
        if (!reply->ok()) return failed();
        writing = false;
        write_pause = {};
        if (reply->object && reply->object->revision() > pod->revision()) pod = reply->object;
        if (cleaned) return remove_object();
        sync();
      },
      [failed](caf::error&) { failed(); });
}

} // namespace troupe::actors::kubelet
