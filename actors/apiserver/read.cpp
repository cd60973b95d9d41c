#include "actors/apiserver/worker.hpp"
#include "actors/base/error.hpp"
#include "policies/pipeline/paging.hpp"
#include <charconv>
#include <fmt/format.h>

/// Get and list.
namespace troupe::actors::apiserver {

namespace {

watch_cache::scope scope_of(const call& c) { return {c.ns, c.name}; }

} // namespace

void worker_state::fetch(const operation_ptr& op, const api::group_resource& type, const api::object_key& key,
                         std::int64_t at_least, on_object then) {
  auto& cache = caches[type.text()];
  if (!cache) return fail(op, api::service_unavailable("the cache of " + type.text() + " is not ready"));
  self->request(cache, context->read_timeout, read_atom::value, key.ns, key.name, at_least)
    .then([=](const object_handle& found) { then(found); }, [=, this](caf::error& e) { fail(op, e); });
}

void worker_state::fetch_current(const operation_ptr& op, on_object then) {
  api::object_key key{op->what->ns, op->what->name};
  // The namespace of a namespace is a matter of authorization only.
  if (!op->type->namespaced) key.ns.clear();
  fetch(op, op->type->storage, key, -1, [=, this](object_handle found) {
    if (!found) return fail(op, api::not_found(op->type->resource, op->what->name));
    then(std::move(found));
  });
}

void worker_state::get(const operation_ptr& op) {
  auto at_least = policies::pipeline::parse_resource_version(query(*op->what, "resourceVersion"));
  if (!at_least) return fail(op, at_least.error());
  api::object_key key{op->type->namespaced ? op->what->ns : "", op->what->name};
  fetch(op, op->type->storage, key, *at_least, [=, this](const object_handle& found) {
    if (!found) return fail(op, api::not_found(op->type->resource, op->what->name));
    finish(op, succeeded(served(*op->type, found)));
  });
}

void worker_state::list(const operation_ptr& op) {
  auto plan = policies::pipeline::plan_list(op->what->query);
  if (!plan) return fail(op, plan.error());
  if (plan->from_store) return list_from_store(op, plan->revision, plan->start);
  list_from_cache(op, plan->revision);
}

void worker_state::list_from_cache(const operation_ptr& op, std::int64_t at_least) {
  auto filter = policies::pipeline::list_filter::parse(*op->type, op->what->query);
  if (!filter) return fail(op, filter.error());
  auto& cache = caches[op->type->storage.text()];
  if (!cache) return fail(op, api::service_unavailable("the cache of " + op->type->resource.text() + " is not ready"));
  auto limit = policies::pipeline::limit_of(op->what->query);
  auto where = scope_of(*op->what);
  if (!op->type->namespaced) where.ns.clear();
  self->request(cache, context->read_timeout, list_atom::value, share(watch_cache::list_query{where, at_least}))
    .then(
      [=, this, filter = std::move(*filter)](const shared<watch_cache::list_result>& found) {
        reply r;
        r.revision = found->revision;
        for (auto& stored : found->items) {
          auto item = served(*op->type, stored);
          if (!filter.matches(*op->type, *item)) continue;
          if (limit > 0 && static_cast<std::int64_t>(r.items.size()) == limit) {
            auto last = r.items.back()->key();
            r.continue_token = policies::pipeline::encode_continue({found->revision, last});
            r.remaining = filter.selects_everything() ? static_cast<std::int64_t>(found->items.size()) - limit : 0;
            break;
          }
          r.items.push_back(std::move(item));
        }
        finish(op, std::move(r));
      },
      [=, this](caf::error& e) { fail(op, e); });
}

/// A list at an old revision, read in chunks until the page is full.
struct worker_state::page_walk {
  policies::pipeline::list_filter filter;
  std::int64_t revision, limit;
  std::string next, end; ///< range still to be read
  reply r;
};

void worker_state::list_from_store(const operation_ptr& op, std::int64_t revision, std::string start) {
  auto filter = policies::pipeline::list_filter::parse(*op->type, op->what->query);
  if (!filter) return fail(op, filter.error());
  auto w = std::make_shared<page_walk>();
  w->filter = std::move(*filter);
  w->revision = revision;
  w->limit = policies::pipeline::limit_of(op->what->query);
  auto prefix = api::storage_prefix(op->type->storage, op->type->namespaced ? op->what->ns : "");
  auto all = store::mvcc::key_range::prefix(prefix);
  // The token names the last key that was given; the next one is that with a zero byte appended.
  w->next = start.empty() ? prefix : api::storage_prefix(op->type->storage) + start + std::string(1, '\0');
  w->end = all.range_end;
  w->r.revision = revision;
  walk(op, w);
}

void worker_state::walk(const operation_ptr& op, const std::shared_ptr<page_walk>& w) {
  constexpr std::int64_t chunk = 500;
  auto from = store_of(op->type->storage);
  if (!from) return fail(op, api::service_unavailable("the store is not available"));
  store::mvcc::range_request range;
  range.keys = {w->next, w->end};
  range.at = w->revision;
  range.limit = chunk;
  range.linearizable = false;
  self->request(from, context->read_timeout, list_atom::value, share(std::move(range)))
    .then(
      [=, this](const shared<store::mvcc::range_response>& found) {
        std::int64_t seen = 0;
        for (auto& kv : found->kvs) {
          if (w->limit > 0 && static_cast<std::int64_t>(w->r.items.size()) == w->limit) {
            w->r.continue_token = policies::pipeline::encode_continue({w->revision, w->r.items.back()->key()});
            w->r.remaining = w->filter.selects_everything() ? found->count - seen : 0;
            return finish(op, std::move(w->r));
          }
          ++seen;
          auto item = served(*op->type, api::object::parse(*kv->value, kv->mod_revision));
          if (item && w->filter.matches(*op->type, *item)) w->r.items.push_back(std::move(item));
        }
        if (!found->more || found->kvs.empty()) return finish(op, std::move(w->r));
        w->next = found->kvs.back()->key + std::string(1, '\0');
        walk(op, w);
      },
      [=, this](caf::error& e) {
        if (code_of(e) != errc::compacted) return fail(op, e);
        fail(op, api::expired("The provided continue parameter is too old to display a consistent list result. You can "
                              "start a new list without the continue parameter, or use the continue token in this "
                              "response to retrieve the remainder of the results."));
      });
}

} // namespace troupe::actors::apiserver
