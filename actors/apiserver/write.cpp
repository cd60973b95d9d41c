#include "actors/apiserver/worker.hpp"
#include "policies/schema/decode.hpp"
#include "policies/strategy/strategy.hpp"

/// Create and update.
namespace troupe::actors::apiserver {

namespace {

namespace pipeline = policies::pipeline;

constexpr int attempts_max = 8;
constexpr auto look_up_delay = caf::timespan{std::chrono::milliseconds(50)};

} // namespace

pipeline::write_context worker_state::context_of(const operation_ptr& op, std::string_view object_name) {
  auto& c = *op->what;
  return {*op->type,
          op->sub ? op->sub->name : std::string{},
          op->type->namespaced ? c.ns : std::string{},
          c.name.empty() ? std::string(object_name) : c.name,
          {c.who.name, c.who.groups},
          op->dry_run,
          context->env->now(),
          draw,
          view};
}

api::result<api::json::object> worker_state::decode_body(const operation_ptr& op) const {
  namespace schema = policies::schema;
  auto& c = *op->what;
  auto& kind = op->sub ? op->sub->kind : op->type->gvk;
  auto* type = op->sub && op->sub->type ? op->sub->type : op->type->type;
  if (c.object) return pipeline::to_stored(*op->type, schema::to_wire(c.object->body(), *type));
  auto validation = schema::parse_field_validation(query(c, "fieldValidation"));
  if (!validation) return api::failure(validation.error());
  auto format = schema::parse_content_type(c.content_type);
  if (!format) return api::failure(format.error());
  auto decoded = schema::decode(*format, c.body, kind, *validation);
  if (!decoded) return api::failure(decoded.error());
  op->warnings = std::move(decoded->warnings);
  return pipeline::to_stored(*op->type, std::move(decoded->body));
}

bool worker_state::look_up_misses(const operation_ptr& op) {
  auto misses = view.take_misses();
  if (misses.empty() || op->attempts >= attempts_max) return false;
  bool first = op->attempts++ == 0;
  auto open = std::make_shared<std::size_t>(misses.size());
  auto found_any = std::make_shared<bool>(false), unsure = std::make_shared<bool>(false);
  // What admission misses may just be on its way: the cache knows all that was acknowledged. Accounts of a new
  // namespace are made a moment after it, so a later try may find them.
  auto next = [=, this] {
    if (--*open > 0) return;
    if (*found_any) return start(op);
    // A server that has just started must not say that something is missing only because it has not read it yet.
    if (*unsure && !first)
      return fail(op, api::service_unavailable("the server has not yet read what the request refers to; try again"));
    op->attempts = first ? op->attempts : attempts_max;
    retry_later(op, look_up_delay);
  };
  for (auto& [type, key] : misses) {
    auto& cache = caches[type.text()];
    if (!cache) {
      *unsure = true;
      next();
      continue;
    }
    self->request(cache, context->read_timeout, read_atom::value, key.ns, key.name, std::int64_t{-1})
      .then(
        [=, this, type = type](const object_handle& found) {
          if (found) {
            view.put(type, found);
            *found_any = true;
          }
          next();
        },
        [=](caf::error&) {
          *unsure = true;
          next();
        });
  }
  return true;
}

void worker_state::create(const operation_ptr& op) {
  auto body = decode_body(op);
  if (!body) return fail(op, body.error());
  view.take_misses();
  op->generated_name = api::string_at(*body, {"metadata", "name"}).empty();
  auto prepared = pipeline::prepare_create(context_of(op), std::move(*body));
  if (!prepared) {
    if (look_up_misses(op)) return;
    return fail(op, prepared.error());
  }
  auto shared_body = std::make_shared<api::json::object>(std::move(*prepared));
  if (op->type->storage.text() != "services") return create_prepared(op, shared_body);
  allocate(op, shared_body, {}, [=, this] { create_prepared(op, shared_body); });
}

void worker_state::create_prepared(const operation_ptr& op, std::shared_ptr<api::json::object> body) {
  auto object_name = std::string(api::string_at(*body, {"metadata", "name"}));
  if (auto ok = pipeline::check_create(context_of(op, object_name), *body); !ok) return fail(op, ok.error());
  charge(op, body, {}, [=, this] {
    if (op->dry_run) return finish(op, succeeded(served(*op->type, api::object::make(std::move(*body))), 201));
    api::object_key key{op->type->namespaced ? op->what->ns : "", object_name};
    commit(op, {key, 0, body.get(), {}}, [=, this](std::int64_t revision) {
      finish(op, succeeded(served(*op->type, api::object::make(std::move(*body), revision)), 201));
    });
  });
}

void worker_state::update(const operation_ptr& op) {
  auto body = decode_body(op);
  if (!body) return fail(op, body.error());
  auto next = std::make_shared<api::json::object>(std::move(*body));
  api::object_key key{op->type->namespaced ? op->what->ns : "", op->what->name};
  fetch(op, op->type->storage, key, -1, [=, this](const object_handle& current) {
    if (current) return update_with(op, current, std::move(*next));
    if (!op->type->create_on_update || op->sub) return fail(op, api::not_found(op->type->resource, op->what->name));
    // A PUT that creates takes whatever resourceVersion the body repeats (apiserver, Store.Update).
    api::erase_at(*next, {"metadata", "resourceVersion"});
    view.take_misses();
    auto prepared = pipeline::prepare_create(context_of(op), std::move(*next));
    if (!prepared) {
      if (look_up_misses(op)) return;
      return fail(op, prepared.error());
    }
    auto fresh = std::make_shared<api::json::object>(std::move(*prepared));
    if (op->type->storage.text() != "services") return create_prepared(op, fresh);
    allocate(op, fresh, {}, [=, this] { create_prepared(op, fresh); });
  });
}

void worker_state::update_with(const operation_ptr& op, const object_handle& current, api::json::object body) {
  view.take_misses();
  auto prepared = pipeline::prepare_update(context_of(op), std::move(body), *current);
  if (!prepared) {
    if (look_up_misses(op)) return;
    return fail(op, prepared.error());
  }
  auto shared_body = std::make_shared<api::json::object>(std::move(*prepared));
  if (op->type->storage.text() != "services" || op->sub) return store_checked(op, current, shared_body);
  allocate(op, shared_body, current, [=, this] { store_checked(op, current, shared_body); });
}

void worker_state::store_checked(const operation_ptr& op, const object_handle& current,
                                 std::shared_ptr<api::json::object> body) {
  auto outcome = pipeline::check_update(context_of(op), *body, *current);
  if (!outcome) return fail(op, outcome.error());
  if (*outcome == pipeline::update_outcome::unchanged) return finish(op, succeeded(served(*op->type, current)));
  bool removal = *outcome == pipeline::update_outcome::remove;
  auto write = [=, this] {
    if (op->dry_run) return finish(op, succeeded(served(*op->type, api::object::make(std::move(*body)))));
    write_intent intent{current->key(), current->revision(), removal ? nullptr : body.get(), current};
    commit(op, intent, [=, this](std::int64_t revision) {
      finish(op, succeeded(served(*op->type, api::object::make(std::move(*body), revision))));
    });
  };
  if (removal) return write();
  charge(op, body, current, write);
}

} // namespace troupe::actors::apiserver
