#include "policies/pipeline/write.hpp"
#include "policies/admission/chain.hpp"
#include "policies/defaulting/defaults.hpp"
#include "policies/strategy/deletion.hpp"
#include "policies/strategy/strategy.hpp"
#include "policies/validation/validate.hpp"
#include <fmt/format.h>

namespace troupe::policies::pipeline {

namespace {

namespace json = api::json;

admission::request admission_request(const write_context& ctx, admission::operation what, json::object* body,
                                     const json::object* old) {
  admission::request req;
  req.what = what;
  req.by = ctx.by;
  req.resource = ctx.type.resource;
  req.kind = ctx.type.storage_kind;
  req.subresource = ctx.subresource;
  req.ns = ctx.ns;
  req.name = ctx.name;
  if (req.name.empty() && body) req.name = api::string_at(*body, {"metadata", "name"});
  req.object = body;
  req.old = old;
  req.dry_run = ctx.dry_run;
  req.now = ctx.now;
  req.random = &ctx.random;
  return req;
}

/// The namespace of the URL counts; a body may repeat it.
api::result<void> settle_namespace(const write_context& ctx, json::object& metadata, std::string_view refusal) {
  auto given = api::string_at(metadata, {"namespace"});
  if (!ctx.type.namespaced) {
    if (given.empty()) metadata.erase("namespace");
    return {};
  }
  if (!given.empty() && given != ctx.ns) return api::failure(api::bad_request(std::string(refusal)));
  metadata["namespace"] = ctx.ns;
  return {};
}

api::status conflicting_uid(const write_context& ctx, std::string_view wanted, std::string_view there) {
  return api::conflict(
      ctx.type.resource, ctx.name,
      fmt::format("Precondition failed: UID in precondition: {}, UID in object meta: {}", wanted, there));
}

api::status missing_resource_version(const write_context& ctx) {
  return api::invalid(
      ctx.type.gvk.group, ctx.type.gvk.kind, ctx.name,
      {{api::field_error_type::invalid, "metadata.resourceVersion", "0", "must be specified for an update"}});
}

} // namespace

api::result<json::object> prepare_create(const write_context& ctx, json::object body) {
  auto& metadata = api::ensure_object(body, {"metadata"});
  if (auto ok = settle_namespace(
          ctx, metadata, "the namespace of the provided object does not match the namespace sent on the request");
      !ok)
    return api::failure(ok.error());
  // By PUT the URL names the object.
  if (auto given = api::string_at(metadata, {"name"}); !ctx.name.empty() && given != ctx.name)
    return api::failure(api::bad_request(
      fmt::format("the name of the object ({}) does not match the name on the URL ({})", given, ctx.name)));
  if (auto ok = strategy::check_creatable(body); !ok) return api::failure(ok.error());
  metadata.erase("resourceVersion");
  defaulting::set_defaults(ctx.type.storage_kind, body);
  auto req = admission_request(ctx, admission::operation::create, &body, nullptr);
  if (auto ok = admission::mutate(req, ctx.view); !ok) return api::failure(ok.error());
  // Admission may have added parts that have defaults of their own, as the token volume.
  defaulting::set_defaults(ctx.type.storage_kind, body);
  strategy::prepare_for_create(ctx.type.storage_kind, body, {ctx.now, ctx.random});
  return body;
}

api::result<void> check_create(const write_context& ctx, json::object& body) {
  if (auto errors = validation::validate_create(ctx.type.storage_kind, body); !errors.empty()) {
    auto name = api::string_at(body, {"metadata", "name"});
    return api::failure(api::invalid(ctx.type.gvk.group, ctx.type.gvk.kind, name, errors));
  }
  auto req = admission_request(ctx, admission::operation::create, &body, nullptr);
  return admission::check(req, ctx.view);
}

api::result<void> admit(const write_context& ctx, json::object& body) {
  auto req = admission_request(ctx, admission::operation::create, &body, nullptr);
  if (auto ok = admission::mutate(req, ctx.view); !ok) return ok;
  return admission::check(req, ctx.view);
}

api::result<void> check_delete(const write_context& ctx, const api::object& current) {
  auto req = admission_request(ctx, admission::operation::remove, nullptr, &current.body());
  if (auto ok = admission::mutate(req, ctx.view); !ok) return ok;
  return admission::check(req, ctx.view);
}

api::result<std::vector<admission::quota_charge>> charge(const write_context& ctx, json::object& body,
                                                         const api::object* old) {
  auto what = old ? admission::operation::update : admission::operation::create;
  return admission::charge_quota(admission_request(ctx, what, &body, old ? &old->body() : nullptr), ctx.view);
}

api::result<json::object> prepare_update(const write_context& ctx, json::object body, const api::object& old) {
  auto& metadata = api::ensure_object(body, {"metadata"});
  if (auto name = api::string_at(metadata, {"name"}); name != ctx.name)
    return api::failure(api::bad_request(
      fmt::format("the name of the object ({}) does not match the name on the URL ({})", name, ctx.name)));
  auto given = api::string_at(metadata, {"namespace"});
  if (auto ok = settle_namespace(ctx, metadata,
                                 fmt::format("the namespace of the object ({}) does not match the namespace "
                                             "on the request ({})",
                                             given, ctx.ns));
      !ok)
    return api::failure(ok.error());
  if (auto uid = api::string_at(metadata, {"uid"}); !uid.empty() && uid != old.uid())
    return api::failure(conflicting_uid(ctx, uid, old.uid()));
  auto revision = api::string_at(metadata, {"resourceVersion"});
  bool versioned = !revision.empty() && revision != "0";
  if (!versioned && !ctx.type.unconditional_update && ctx.subresource.empty())
    return api::failure(missing_resource_version(ctx));
  if (versioned && revision != api::string_at(old.metadata(), {"resourceVersion"}))
    return api::failure(api::conflict(ctx.type.resource, ctx.name));
  metadata["resourceVersion"] = api::string_at(old.metadata(), {"resourceVersion"});
  defaulting::set_defaults(ctx.type.storage_kind, body);
  auto req = admission_request(ctx, admission::operation::update, &body, &old.body());
  if (auto ok = admission::mutate(req, ctx.view); !ok) return api::failure(ok.error());
  strategy::prepare_for_update(ctx.type.storage_kind, ctx.subresource, body, old.body(), {ctx.now, ctx.random});
  return body;
}

api::result<update_outcome> check_update(const write_context& ctx, json::object& body, const api::object& old) {
  auto& kind = ctx.type.storage_kind;
  // Through their subresource ephemeral containers change a pod in a way that an update of it may not.
  auto errors = ctx.subresource == "status" ? validation::validate_status_update(kind, body, old.body())
                : ctx.subresource == "ephemeralcontainers" ? validation::validate_ephemeral_containers(body, old.body())
                                                           : validation::validate_update(kind, body, old.body());
  if (!errors.empty()) return api::failure(api::invalid(ctx.type.gvk.group, ctx.type.gvk.kind, ctx.name, errors));
  auto req = admission_request(ctx, admission::operation::update, &body, &old.body());
  if (auto ok = admission::check(req, ctx.view); !ok) return api::failure(ok.error());
  if (strategy::finished(kind, body)) return update_outcome::remove;
  return strategy::unchanged(body, old.body()) ? update_outcome::unchanged : update_outcome::store;
}

json::object to_served(const schema::descriptor& type, const api::object& stored) {
  json::object body = stored.body();
  return type.convert ? type.convert->to_served(std::move(body)) : body;
}

json::object to_stored(const schema::descriptor& type, json::object served) {
  return type.convert ? type.convert->to_stored(std::move(served)) : served;
}

} // namespace troupe::policies::pipeline
