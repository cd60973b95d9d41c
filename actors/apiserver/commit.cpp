#include "actors/apiserver/worker.hpp"
#include "actors/base/error.hpp"
#include "actors/store/error.hpp"
#include "policies/mutations/mutations.hpp"
#include <caf/actor_clock.hpp>

/// The transaction that every write ends with.
namespace troupe::actors::apiserver {

namespace {

namespace mvcc = store::mvcc;
using policies::mutations::bug;

constexpr int attempts_max = 8;
/// Side writes are shared by many writers of a namespace, each of whom may be faster some times.
constexpr int collisions_max = 64;
const api::group_resource quota_type{"", "resourcequotas"};
/// A write waits so long for a type that moves to another shard, and looks so often.
constexpr std::chrono::seconds moved_patience{5};
constexpr caf::timespan moved_delay{std::chrono::milliseconds(20)};

/// The bytes of the store carry no resourceVersion: the store's own revision is that.
mvcc::bytes stored_bytes(const api::json::object& body) {
  if (!api::find(body, {"metadata", "resourceVersion"})) return mvcc::make_bytes(api::json::serialize(body));
  auto copy = body;
  api::erase_at(copy, {"metadata", "resourceVersion"});
  return mvcc::make_bytes(api::json::serialize(copy));
}

mvcc::compare unchanged(const std::string& key, std::int64_t revision) {
  mvcc::compare out;
  out.keys = {key, {}};
  out.number = revision;
  return out;
}

mvcc::put_request put(const std::string& key, const api::json::object& body) {
  mvcc::put_request out;
  out.key = key;
  out.value = stored_bytes(body);
  return out;
}

mvcc::txn_request transaction(const std::string& key, const write_intent& intent, const std::vector<side_write>& also) {
  mvcc::txn_request txn;
  txn.compares.push_back(unchanged(key, intent.expected_revision));
  if (intent.body) {
    txn.success.emplace_back(put(key, *intent.body));
  } else {
    mvcc::delete_range_request del;
    del.keys = {key, {}};
    txn.success.emplace_back(std::move(del));
  }
  if (also.empty()) return txn;
  for (auto& side : also) {
    auto side_key = api::storage_key(side.type, side.key);
    txn.compares.push_back(unchanged(side_key, side.expected_revision));
    txn.success.emplace_back(put(side_key, side.body));
  }
  // Tells whose condition it was that failed.
  mvcc::range_request own;
  own.keys = {key, {}};
  own.keys_only = true;
  txn.failure.emplace_back(std::move(own));
  return txn;
}

/// After a failed transaction with side writes: whether the object itself is as it was expected.
bool own_condition_held(const mvcc::txn_response& done, const write_intent& intent) {
  if (done.responses.empty()) return false;
  auto* own = std::get_if<mvcc::range_response>(&done.responses.front());
  auto revision = !own || own->kvs.empty() ? 0 : own->kvs.front()->mod_revision;
  return revision == intent.expected_revision;
}

} // namespace

void worker_state::commit(const operation_ptr& op, const write_intent& intent, on_written then) {
  commit_until(op, intent, std::move(then), self->clock().now() + moved_patience);
}

void worker_state::commit_until(const operation_ptr& op, const write_intent& intent, on_written then, deadline until) {
  auto shard = shard_of(op->type->storage);
  for (std::size_t side = 0; side < op->also.size(); ++side)
    if (shard_of(op->also[side].type) != shard) return commit_aside(op, intent, std::move(then), until, side);
  auto to = store_of(op->type->storage);
  if (!to) return commit_failed(op, intent, then, until, make_error(errc::unavailable, "the store is not available"));
  auto txn = transaction(api::storage_key(op->type->storage, intent.key), intent, op->also);
  if (op->attempts > 0 && active(bug::lost_update)) txn.compares.clear();
  self->request(to, context->store_timeout, write_atom::value, share(std::move(txn)))
    .then(
      [=, this, after = intent.body ? std::optional(*intent.body) : std::nullopt](
        const shared<mvcc::txn_response>& done) {
        if (done->succeeded) {
          committed(op, intent, after ? &*after : nullptr, done->header_revision);
          return then(done->header_revision);
        }
        if (!op->also.empty() && own_condition_held(*done, intent)) return lost_side_race(op);
        if (intent.expected_revision != 0) return lost_race(op);
        // A generated name that exists already is drawn again (API conventions, generateName).
        if (op->generated_name && ++op->attempts < attempts_max) return start(op);
        fail(op, api::already_exists(op->type->resource, intent.key.name));
      },
      [=, this](caf::error& e) { commit_failed(op, intent, then, until, e); });
}

void worker_state::commit_aside(const operation_ptr& op, const write_intent& intent, on_written then, deadline until,
                                std::size_t side) {
  auto& what = op->also[side];
  auto to = store_of(what.type);
  if (!to) return commit_failed(op, intent, then, until, make_error(errc::unavailable, "the store is not available"));
  auto key = api::storage_key(what.type, what.key);
  mvcc::txn_request txn;
  txn.compares.push_back(unchanged(key, what.expected_revision));
  txn.success.emplace_back(put(key, what.body));
  self->request(to, context->store_timeout, write_atom::value, share(std::move(txn)))
    .then(
      [=, this](const shared<mvcc::txn_response>& done) {
        if (!done->succeeded) return lost_side_race(op);
        auto& written = op->also[side];
        if (written.type == quota_type) view.put(quota_type, api::object::make(written.body, done->header_revision));
        op->also.erase(op->also.begin() + static_cast<std::ptrdiff_t>(side));
        commit_until(op, intent, then, until);
      },
      [=, this](caf::error& e) { commit_failed(op, intent, then, until, e); });
}

void worker_state::commit_failed(const operation_ptr& op, const write_intent& intent, on_written then, deadline until,
                                 const caf::error& e) {
  bool moving = store::reason_of(e) == mvcc::errc::moved || !store_of(op->type->storage);
  if (moving && self->clock().now() < until)
    return after(moved_delay, [=, this] { commit_until(op, intent, then, until); });
  // The write may have happened: what is held is not known any more.
  if (op->type->storage.text() == "services") addresses.known = false;
  if (store::reason_of(e) == mvcc::errc::moved)
    return fail(op,
                api::service_unavailable(op->type->storage.text() + " is being moved to another shard of the store"));
  fail(op, e);
}

void worker_state::committed(const operation_ptr& op, const write_intent& intent, const api::json::object* after,
                             std::int64_t revision) {
  for (auto& side : op->also)
    if (side.type == quota_type) view.put(quota_type, api::object::make(side.body, revision));
  if (op->type->storage.text() != "services" || !addresses.known) return;
  if (intent.before) addresses.held.remove(intent.before->body());
  if (after) addresses.held.add(*after);
  if (!op->also.empty()) addresses.revision = revision;
}

void worker_state::lost_race(const operation_ptr& op) {
  auto& c = *op->what;
  bool versioned = false;
  if (c.what == verb::update) {
    auto body = decode_body(op);
    versioned = body && !api::string_at(*body, {"metadata", "resourceVersion"}).empty();
  }
  if (versioned || ++op->attempts >= attempts_max) return fail(op, api::conflict(op->type->resource, c.name));
  start(op);
}

void worker_state::lost_side_race(const operation_ptr& op) {
  addresses.known = false;
  auto& side = op->also.front();
  if (++op->collisions >= collisions_max) return fail(op, api::conflict(side.type, side.key.name));
  if (!op->holds_quota) return start(op);
  auto& cache = caches[quota_type.text()];
  if (!cache) return fail(op, api::service_unavailable("the cache of resourcequotas is not ready"));
  self->request(cache, context->read_timeout, list_atom::value, share(watch_cache::list_query{{op->what->ns, ""}, -1}))
    .then(
      [=, this](const shared<watch_cache::list_result>& found) {
        for (auto& quota : found->items) view.put(quota_type, quota);
        start(op);
      },
      [=, this](caf::error& e) { fail(op, e); });
}

} // namespace troupe::actors::apiserver
