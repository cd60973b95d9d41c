#include "actors/apiserver/worker.hpp"
#include "policies/mutations/mutations.hpp"
#include "policies/pipeline/patched.hpp"
#include "policies/schema/decode.hpp"

/// Patch: read, apply, and go on as an update; a lost race starts again.
namespace troupe::actors::apiserver {

using policies::mutations::bug;

api::result<api::json::object> worker_state::patched(const operation_ptr& op, const api::object& before) const {
  auto& c = *op->what;
  auto* type = op->sub && op->sub->type ? op->sub->type : op->type->type;
  auto done = policies::pipeline::apply_patch(c.content_type, c.body, before, *type,
                                              op->sub ? op->sub->kind : op->type->gvk, query(c, "fieldValidation"));
  if (!done) return api::failure(done.error());
  op->warnings = std::move(done->warnings);
  return std::move(done->body);
}

void worker_state::patch(const operation_ptr& op) {
  if (auto ok = policies::pipeline::check_patch_type(op->what->content_type); !ok) return fail(op, ok.error());
  fetch_current(op, [=, this](const object_handle& current) { patch_current(op, current); });
}

void worker_state::patch_current(const operation_ptr& op, const object_handle& current) {
  namespace pipeline = policies::pipeline;
  auto served = op->type->convert ? api::object::make(pipeline::to_served(*op->type, *current)) : current.pointer();
  auto body = patched(op, *served);
  if (!body) return fail(op, body.error());
  if (active(bug::reused_snapshot)) const_cast<api::json::object&>(current->body()) = *body;
  update_with(op, current, pipeline::to_stored(*op->type, std::move(*body)));
}

} // namespace troupe::actors::apiserver
