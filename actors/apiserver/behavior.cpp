#include "actors/apiserver/authenticate.hpp"
#include "actors/apiserver/authorize.hpp"
#include "actors/apiserver/connect.hpp"
#include "actors/apiserver/watch_session.hpp"
#include "actors/apiserver/worker.hpp"
#include "policies/pipeline/query_options.hpp"
#include <caf/actor_cast.hpp>
#include <charconv>

namespace troupe::actors::apiserver {

namespace {

std::int64_t number(const call& c, const char* name) {
  auto found = c.query.find(name);
  std::int64_t out = 0;
  if (found != c.query.end()) std::from_chars(found->second.data(), found->second.data() + found->second.size(), out);
  return out;
}

bool set(const call& c, const char* name) { return policies::pipeline::flag(c.query, name); }

} // namespace

bool worker_state::ready() const {
  if (!store || !references.complete()) return false;
  for (auto& type : context->types.all())
    if (type.stored()) {
      auto cache = caches.find(type.storage.text());
      if (cache == caches.end() || !cache->second) return false;
    }
  return true;
}

void worker_state::handle(const http_exchange_ptr& x) {
  auto found = authenticate(x->request, *context);
  if (!found) return respond_status(x->responder, found.error());
  if (!found->token) return answer(x, std::move(found->who));
  check_token(*found->token, [=, this, who = std::move(found->who)](bool valid) {
    if (!valid) return respond_status(x->responder, api::unauthorized());
    answer(x, who);
  });
}

void worker_state::answer(const http_exchange_ptr& x, user sender) {
  auto who = impersonate(x->request, std::move(sender));
  if (!who) return respond_status(x->responder, who.error());
  if (x->request.path.starts_with(extension_prefix)) {
    if (!registrar) return respond_status(x->responder, api::service_unavailable("the registrar is starting"));
    return self->send(registrar, http_atom::value, x, std::move(*who));
  }
  auto c = read_request(*x, std::move(*who));
  if (!c) return respond_status(x->responder, c.error());
  auto wanted = attributes_of(c->what, policies::routing::verb_of(x->request.method, c->path, c->watch));
  if (!c->path.is_resource) wanted.path = c->raw_path;
  if (auto ok = authorize(wanted, &references.graph); !ok) return respond_status(x->responder, ok.error());
  if (!c->path.is_resource) {
    if (!answer_static(*c, *x, *context, ready())) respond_status(x->responder, api::unknown_resource());
    return;
  }
  if (c->what.what == verb::watch) return watch(std::move(*c), x);
  if (c->what.what == verb::connect) return open_session(self, std::move(*c), x, context, caches["pods"], directory);
  auto* type = context->types.find(c->what.group, c->what.version, c->what.resource);
  bool is_list = c->what.what == verb::list || c->what.what == verb::remove_collection;
  auto how = c->how;
  auto env = context->env;
  execute(share(std::move(c->what)), [=](reply r) {
    auto fields = answer_headers(r.ok() ? how.form.content_type() : "application/json", r.warnings);
    if (auto wait = r.ok() ? 0 : api::int_at(r.object->body(), {"details", "retryAfterSeconds"}); wait > 0)
      fields.set("Retry-After", std::to_string(wait));
    x->responder.respond(r.code, std::move(fields),
                         render(r, type, is_list && r.ok(), r.ok() ? how : rendering{}, env->now()));
  });
}

void worker_state::watch(http_call c, const http_exchange_ptr& x) {
  watch_config w;
  w.type = context->types.find(c.what.group, c.what.version, c.what.resource);
  if (!w.type || !w.type->verbs.has(policies::schema::verb::watch))
    return respond_status(x->responder, api::unknown_resource());
  auto& cache = caches[w.type->storage.text()];
  if (!cache) return respond_status(x->responder, api::service_unavailable("the cache is not ready"));
  if (auto ok = policies::pipeline::check_list_query(c.what.query, true); !ok)
    return respond_status(x->responder, ok.error());
  auto filter = policies::pipeline::list_filter::parse(*w.type, c.what.query);
  if (!filter) return respond_status(x->responder, filter.error());
  auto after = policies::pipeline::parse_resource_version(c.what.query["resourceVersion"]);
  if (!after) return respond_status(x->responder, after.error());
  w.filter = std::move(*filter);
  w.after = *after;
  w.send_initial = set(c.what, "sendInitialEvents");
  w.bookmarks = set(c.what, "allowWatchBookmarks");
  auto seconds = number(c.what, "timeoutSeconds");
  // Without a wish, watches end at different times, so that clients do not all come back at once.
  if (seconds <= 0) seconds = 1800 + static_cast<std::int64_t>(random() % 1800);
  w.timeout = caf::timespan{std::chrono::seconds(seconds)};
  w.cache = cache;
  w.context = context;
  w.responder = x->responder;
  w.request = std::move(c);
  self->spawn(watch_session, std::move(w));
}

worker_actor::behavior_type worker(worker_state::self_pointer self, context_ptr context,
                                   directory::directory_actor directory) {
  auto& s = self->state;
  s.context = std::move(context);
  s.directory = directory;
  s.random = s.context->env->random();
  s.draw = [&s] { return s.random(); };
  auto me = caf::actor_cast<caf::actor>(self);
  for (auto& role : s.members.unknown_roles(shards::shard_map{})) self->send(directory, watch_atom::value, role, me);
  for (auto role : {shards::shards_role, extension_role})
    self->send(directory, watch_atom::value, std::string(role), me);
  for (auto& type : s.context->types.all())
    if (type.stored() && s.caches.emplace(type.storage.text(), watch_cache::watch_cache_actor{}).second)
      self->send(directory, watch_atom::value, "watch_cache/" + type.storage.text(), me);
  for (auto* types : {&admission_view::types(), &reference_view::types()})
    for (auto& type : *types) self->send(directory, watch_atom::value, "mirror/" + type.text(), me);
  return {
    [=](call_atom, const shared<call>& what) -> caf::result<shared<reply>> {
      if (auto ok = authorize(*what, &self->state.references.graph); !ok) return share(failed(ok.error()));
      auto promise = self->make_response_promise<shared<reply>>();
      self->state.execute(what, [=](reply r) mutable { promise.deliver(share(std::move(r))); });
      return promise;
    },
    [=](http_atom, const http_exchange_ptr& x) { self->state.handle(x); },
    [=](changed_atom, const shared<mirror::update>& update) {
      auto& state = self->state;
      reference_view::takes(update->type) ? state.references.apply(*update) : state.view.apply(*update);
    },
    [=](changed_atom, const shared<shards::shard_map>& map) { self->state.map_changed(map); },
    [=](peer_atom, const std::string& role, const caf::strong_actor_ptr& player) {
      self->state.peer_changed(role, player);
    },
    [=](retry_atom, std::uint64_t ticket) { self->state.retry(ticket); },
  };
}

} // namespace troupe::actors::apiserver
