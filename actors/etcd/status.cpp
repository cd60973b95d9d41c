#include "actors/etcd/status.hpp"
#include "actors/store/error.hpp"
#include <caf/sec.hpp>

namespace troupe::actors::etcd {

using net::etcd::code;
using net::etcd::status;

status to_status(storage::mvcc::errc reason) {
  using storage::mvcc::errc;
  switch (reason) {
    case errc::compacted: return {code::out_of_range, "etcdserver: mvcc: required revision has been compacted"};
    case errc::future_revision: return {code::out_of_range, "etcdserver: mvcc: required revision is a future revision"};
    case errc::empty_key: return {code::invalid_argument, "etcdserver: key is not provided"};
    case errc::duplicate_key: return {code::invalid_argument, "etcdserver: duplicate key given in txn request"};
    case errc::too_many_operations: return {code::invalid_argument, "etcdserver: too many operations in txn request"};
    case errc::key_not_found: return {code::invalid_argument, "etcdserver: key not found"};
    case errc::lease_not_found: return {code::not_found, "etcdserver: requested lease not found"};
    case errc::lease_exists: return {code::failed_precondition, "etcdserver: lease already exists"};
    case errc::invalid_lease: return {code::out_of_range, "etcdserver: too large lease TTL"};
    case errc::value_provided: return {code::invalid_argument, "etcdserver: value is provided"};
    case errc::lease_provided: return {code::invalid_argument, "etcdserver: lease is provided"};
    case errc::bad_encoding: return {code::internal, "etcdserver: corrupt cluster"};
    case errc::moved: return {code::failed_precondition, "etcdserver: the key moves to another shard"};
    case errc::not_fenced:
    case errc::bad_import: return {code::invalid_argument, "etcdserver: the keys can't be placed here"};
    case errc::storage: return {code::data_loss, "etcdserver: corrupt cluster"};
  }
  return {code::unknown, "etcdserver: unknown error"};
}

status request_too_large() { return {code::invalid_argument, "etcdserver: request is too large"}; }
status no_space() { return {code::resource_exhausted, "etcdserver: mvcc: database space exceeded"}; }
status alarms_raise_themselves() {
  return {code::unimplemented, "etcdserver: the store raises and clears its alarms itself"};
}
status bad_transferee() { return {code::failed_precondition, "etcdserver: bad leader transferee"}; }
status transfer_too_slow() {
  return {code::unknown, "etcdserver: request timed out, leader transfer took too long"};
}
status server_stopped() { return {code::unavailable, "etcdserver: server stopped"}; }

status to_status(const caf::error& e) {
  if (auto reason = store::reason_of(e)) return to_status(*reason);
  switch (code_of(e)) {
    case errc::not_leader: return {code::failed_precondition, "etcdserver: not leader"};
    case errc::did_not_happen: return {code::unavailable, "etcdserver: leader changed"};
    case errc::overloaded: return {code::resource_exhausted, "etcdserver: too many requests"};
    case errc::invalid_argument: return request_too_large(); // The one refusal without a reason of the state.
    case errc::unavailable: return {code::unavailable, "etcdserver: no leader"};
    case errc::storage_failed: return {code::unavailable, "etcdserver: server stopped"};
    default: break;
  }
  if (e == caf::sec::request_timeout || code_of(e) == errc::may_have_happened)
    return {code::unavailable, "etcdserver: request timed out"};
  return server_stopped();
}

} // namespace troupe::actors::etcd
