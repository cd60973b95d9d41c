#include "actors/apiserver/worker.hpp"
#include "actors/base/error.hpp"
#include "policies/strategy/service_allocator.hpp"

/// Addresses and node ports of services. All service writes of the cluster pass one worker one after another, which
/// keeps a table of what is held. Each allocation also writes the key below under the condition that it has not
/// changed: whoever allocated from an older table loses and reads it anew, so that nothing is given out twice, whatever
/// other workers do.
namespace troupe::actors::apiserver {

namespace {

const api::group_resource ranges_type{"", "ranges"};
const api::object_key range_key{"", "services"};

} // namespace

void worker_state::allocate(const operation_ptr& op, std::shared_ptr<api::json::object> body, const object_handle& old,
                            std::function<void()> then) {
  if (!addresses.known) return read_addresses(op, [=, this] { allocate(op, body, old, then); });
  auto before = *body;
  auto ok = policies::strategy::allocate_service(*body, old ? &old->body() : nullptr, addresses.held, context->services,
                                                 draw);
  if (!ok) {
    if (op->addresses_read) return fail(op, ok.error());
    // A service that somebody else removed may still be in the table.
    *body = std::move(before);
    return read_addresses(op, [=, this] { allocate(op, body, old, then); });
  }
  op->also.push_back({ranges_type, range_key, addresses.revision, {}});
  then();
}

void worker_state::read_addresses(const operation_ptr& op, std::function<void()> then) {
  auto& cache = caches["services"];
  if (!cache || !store) return fail(op, api::service_unavailable("the cache of services is not ready"));
  op->addresses_read = true;
  store::mvcc::range_request range;
  range.keys = {api::storage_key(ranges_type, range_key), {}};
  range.keys_only = true;
  // The key first, then the services: what is allocated in between shows in a key that has changed.
  self->request(store, context->read_timeout, list_atom::value, share(std::move(range)))
    .then(
      [=, this](const shared<store::mvcc::range_response>& found) {
        auto revision = found->kvs.empty() ? 0 : found->kvs.front()->mod_revision;
        self->request(caches["services"], context->read_timeout, list_atom::value, share(watch_cache::list_query{}))
          .then(
            [=, this](const shared<watch_cache::list_result>& all) {
              addresses.held = {};
              for (auto& service : all->items) addresses.held.add(service->body());
              addresses.revision = revision;
              addresses.known = true;
              then();
            },
            [=, this](caf::error& e) { fail(op, e); });
      },
      [=, this](caf::error& e) { fail(op, e); });
}

} // namespace troupe::actors::apiserver
