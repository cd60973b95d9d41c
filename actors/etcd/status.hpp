#pragma once
#include "net/etcd/handler.hpp"
#include "storage/mvcc/types.hpp"
#include <caf/fwd.hpp>

namespace troupe::actors::etcd {

/// etcd's code and text for a refusal of the state.
[[nodiscard]] net::etcd::status to_status(storage::mvcc::errc reason);
/// The same for any error of the store or of a request to it.
[[nodiscard]] net::etcd::status to_status(const caf::error& e);

[[nodiscard]] net::etcd::status request_too_large();
[[nodiscard]] net::etcd::status no_space();
[[nodiscard]] net::etcd::status alarms_raise_themselves();
[[nodiscard]] net::etcd::status server_stopped();
[[nodiscard]] net::etcd::status bad_transferee();
[[nodiscard]] net::etcd::status transfer_too_slow();

} // namespace troupe::actors::etcd
