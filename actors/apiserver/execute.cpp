#include "actors/apiserver/worker.hpp"
#include "actors/base/error.hpp"
#include "policies/pipeline/query_options.hpp"
#include <caf/actor_cast.hpp>

/// The way of a call through a worker: look up the type, keep order, dispatch, answer.
namespace troupe::actors::apiserver {

namespace {

namespace pipeline = policies::pipeline;

bool is_write(verb v) { return v == verb::create || v == verb::update || v == verb::patch || v == verb::remove; }

policies::schema::verb schema_verb(verb v) {
  switch (v) {
    case verb::get: return policies::schema::verb::get;
    case verb::list: return policies::schema::verb::list;
    case verb::watch: return policies::schema::verb::watch;
    case verb::create: return policies::schema::verb::create;
    case verb::update: return policies::schema::verb::update;
    case verb::patch: return policies::schema::verb::patch;
    case verb::remove: return policies::schema::verb::remove;
    case verb::remove_collection: return policies::schema::verb::delete_collection;
    case verb::connect: break;
  }
  return policies::schema::verb::get;
}

/// One queue per object; service writes share one, because they draw addresses from one range.
std::string order_key(const operation& op) {
  if (!is_write(op.what->what)) return {};
  auto type = op.type->storage.text();
  if (type == "services") return type;
  if (op.what->name.empty()) return {};
  return type + "/" + op.what->ns + "/" + op.what->name;
}

api::result<void> check_verb(const operation& op) {
  auto& c = *op.what;
  auto wanted = schema_verb(c.what);
  auto& verbs = op.sub ? op.sub->verbs : op.type->verbs;
  if (!verbs.has(wanted)) return api::failure(method_refused());
  using pipeline::write_verb;
  switch (c.what) {
    case verb::list: return pipeline::check_list_query(c.query, false);
    case verb::create: return pipeline::check_write_query(c.query, write_verb::create);
    case verb::update: return pipeline::check_write_query(c.query, write_verb::update);
    case verb::patch: return pipeline::check_write_query(c.query, write_verb::patch, c.content_type);
    case verb::remove:
    case verb::remove_collection: return pipeline::check_write_query(c.query, write_verb::remove);
    default: return {};
  }
}

} // namespace

void worker_state::execute(shared<call> what, std::function<void(reply)> done) {
  auto op = std::make_shared<operation>();
  op->what = std::move(what);
  op->done = std::move(done);
  auto& c = *op->what;
  op->type = context->types.find(c.group, c.version, c.resource);
  if (!op->type) return op->done(failed(api::unknown_resource()));
  if (!c.subresource.empty()) {
    op->sub = op->type->find_subresource(c.subresource);
    if (!op->sub) return op->done(failed(api::unknown_resource()));
  }
  if (auto ok = check_verb(*op); !ok) return op->done(failed(ok.error()));
  if (in_progress >= context->waiting_max)
    return op->done(failed(api::too_many_requests("too many requests, please try again later")));
  op->dry_run = query(c, "dryRun") == "All";
  op->order_key = order_key(*op);
  ++in_progress;
  if (!op->order_key.empty()) {
    auto& queue = queues[op->order_key];
    queue.push_back(op);
    if (queue.size() > 1) return;
  }
  start(op);
}

void worker_state::start(const operation_ptr& op) {
  op->also.clear();
  if (!op->type->stored() && !op->sub) return review(op);
  if (op->sub && op->sub->name != "status" && op->sub->name != "finalize" && op->sub->name != "approval" &&
      op->sub->name != "ephemeralcontainers" && op->sub->name != "resize")
    return subresource(op);
  switch (op->what->what) {
    case verb::get: return get(op);
    case verb::list: return list(op);
    case verb::create: return create(op);
    case verb::update: return update(op);
    case verb::patch: return patch(op);
    case verb::remove: return remove(op);
    case verb::remove_collection: return remove_collection(op);
    case verb::watch:
    case verb::connect: return fail(op, api::bad_request("this request needs a connection of its own"));
  }
}

void worker_state::finish(const operation_ptr& op, reply r) {
  --in_progress;
  if (r.warnings.empty()) r.warnings = std::move(op->warnings);
  auto done = std::move(op->done);
  done(std::move(r));
  if (op->order_key.empty()) return;
  auto queue = queues.find(op->order_key);
  queue->second.pop_front();
  if (queue->second.empty()) {
    queues.erase(queue);
    return;
  }
  auto next = queue->second.front();
  start(next);
}

void worker_state::fail(const operation_ptr& op, const caf::error& e) {
  switch (code_of(e)) {
    case errc::compacted: return fail(op, api::expired("The resourceVersion for the provided list is too old."));
    case errc::future_revision: {
      auto s = api::timeout("Too large resource version", 1);
      s.details.causes.push_back({"ResourceVersionTooLarge", "Too large resource version", ""});
      return fail(op, s);
    }
    case errc::may_have_happened: return fail(op, api::timeout("request did not complete within the allotted timeout"));
    case errc::overloaded: return fail(op, api::too_many_requests(text_of(e)));
    case errc::not_leader:
    case errc::did_not_happen:
    case errc::unavailable: return fail(op, api::service_unavailable(text_of(e)));
    default: break;
  }
  if (e == caf::sec::request_timeout)
    return fail(op, api::timeout("request did not complete within the allotted timeout"));
  fail(op, api::internal_error(text_of(e)));
}

void worker_state::retry_later(const operation_ptr& op, caf::timespan delay) {
  after(delay, [=, this] { start(op); });
}

void worker_state::after(caf::timespan delay, std::function<void()> then) {
  sleeping.emplace(++tickets, std::move(then));
  self->delayed_send(self, delay, retry_atom::value, tickets);
}

void worker_state::retry(std::uint64_t ticket) {
  auto found = sleeping.find(ticket);
  if (found == sleeping.end()) return;
  auto then = std::move(found->second);
  sleeping.erase(found);
  then();
}

void worker_state::peer_changed(const std::string& role, const caf::strong_actor_ptr& player) {
  constexpr std::string_view cache_prefix = "watch_cache/", mirror_prefix = "mirror/";
  if (role.starts_with(cache_prefix)) {
    caches[role.substr(cache_prefix.size())] = caf::actor_cast<watch_cache::watch_cache_actor>(player);
  } else if (role.starts_with(mirror_prefix)) {
    if (player)
      self->send(caf::actor_cast<mirror::mirror_actor>(player), watch_atom::value, caf::actor_cast<caf::actor>(self),
                 std::string{});
  } else if (role == extension_role) {
    // Connections stay in their process: a registrar elsewhere answers there.
    bool here = player && player->node() == self->node();
    registrar = caf::actor_cast<extension_actor>(here ? player : nullptr);
  } else if (role == shards::shards_role) {
    if (player)
      self->send(caf::actor_cast<shards::shards_actor>(player), watch_atom::value, caf::actor_cast<caf::actor>(self));
  } else if (members.changed(role, player)) {
    store = members.find(0);
  }
}

} // namespace troupe::actors::apiserver
