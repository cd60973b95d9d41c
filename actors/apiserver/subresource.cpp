#include "actors/apiserver/worker.hpp"
#include "actors/base/error.hpp"
#include "policies/strategy/binding.hpp"
#include "policies/strategy/scale.hpp"
#include "policies/validation/validate.hpp"

/// Subresources with bodies of their own kind. Eviction and tokens have files of their own.
namespace troupe::actors::apiserver {

namespace {

namespace strategy = policies::strategy;
namespace validation = policies::validation;

api::json::object success_status(int code) {
  return {{"kind", "Status"},
          {"apiVersion", "v1"},
          {"metadata", api::json::object{}},
          {"status", "Success"},
          {"code", code}};
}

} // namespace

api::status invalid_payload(const operation& op, const api::field_errors& errors) {
  return api::invalid(op.sub->kind.group, op.sub->kind.kind, op.what->name, errors);
}

bool worker_state::admit_subresource(const operation_ptr& op, api::json::object& body, const object_handle& pod) {
  const api::group_resource pod_type{"", "pods"};
  view.take_misses();
  // Admission looks at the pod that the request is about; no mirror keeps pods for it.
  if (pod) view.put(pod_type, pod);
  auto ok = policies::pipeline::admit(context_of(op), body);
  if (pod) view.forget(pod_type, pod->key());
  if (ok) return true;
  if (!look_up_misses(op)) fail(op, ok.error());
  return false;
}

void worker_state::subresource(const operation_ptr& op) {
  auto& asked = op->sub->name;
  if (asked == "scale") return scale(op);
  if (asked == "binding") return bind(op);
  if (asked == "eviction") return evict(op);
  if (asked == "token") return issue_token(op);
  fail(op, api::bad_request("this request needs a connection of its own"));
}

void worker_state::bind(const operation_ptr& op) {
  auto binding = decode_body(op);
  if (!binding) return fail(op, binding.error());
  if (op->what->name.empty()) {
    // The older form, POST …/bindings, names the pod in the binding.
    auto with_name = std::make_shared<call>(*op->what);
    with_name->name = api::string_at(*binding, {"metadata", "name"});
    op->what = shared<call>{std::move(with_name)};
  }
  if (auto errors = validation::validate_binding(*binding); !errors.empty())
    return fail(op, invalid_payload(*op, errors));
  auto shared_binding = std::make_shared<api::json::object>(std::move(*binding));
  fetch(op, {"", "pods"}, {op->what->ns, op->what->name}, -1, [=, this](const object_handle& pod) {
    if (!pod) return fail(op, api::not_found({"", "pods"}, op->what->name));
    if (!admit_subresource(op, *shared_binding, pod)) return;
    auto bound = strategy::bind_pod(*pod, *shared_binding, context->env->now());
    if (!bound) return fail(op, bound.error());
    auto body = std::make_shared<api::json::object>(std::move(*bound));
    auto answer = [=, this](std::int64_t) { finish(op, succeeded(api::object::make(success_status(201)), 201)); };
    if (op->dry_run) return answer(0);
    commit(op, {pod->key(), pod->revision(), body.get(), pod}, answer);
  });
}

void worker_state::scale(const operation_ptr& op) {
  fetch_current(op, [=, this](const object_handle& current) {
    if (op->what->what == verb::get) return finish(op, succeeded(api::object::make(strategy::scale_of(*current))));
    auto scale = op->what->what == verb::patch ? patched(op, *api::object::make(strategy::scale_of(*current)))
                                               : decode_body(op);
    if (!scale) return fail(op, scale.error());
    if (auto errors = validation::validate_scale(*scale); !errors.empty())
      return fail(op, invalid_payload(*op, errors));
    auto next = strategy::apply_scale(op->type->resource, *current, *scale);
    if (!next) return fail(op, next.error());
    auto inner = std::make_shared<operation>(*op);
    inner->order_key.clear();
    ++in_progress;
    inner->done = [=, this](reply r) {
      if (r.ok()) r.object = api::object::make(strategy::scale_of(*r.object));
      finish(op, std::move(r));
    };
    update_with(inner, current, std::move(*next));
  });
}

} // namespace troupe::actors::apiserver
