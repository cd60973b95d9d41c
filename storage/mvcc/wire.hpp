#pragma once
#include "storage/mvcc/codec.hpp"
#include "storage/mvcc/placement.hpp"

/// The fields of requests, answers and events as bytes. Used by log entries (command.hpp) and by messages between
/// hosts; whoever uses these writes a version in front.
namespace troupe::storage::mvcc {

void put(writer& out, const key_range& x);
void put(writer& out, const key_value_ptr& x); ///< null is allowed
void put(writer& out, const event& x);
void put(writer& out, const compare& x);
void put(writer& out, const range_request& x);
void put(writer& out, const range_response& x);
void put(writer& out, const txn_request& x);
void put(writer& out, const txn_response& x);
void put(writer& out, const placement_request& x);

// The mirror images. Mistakes show in `reader::ok`.
void take(reader& in, key_range& x);
void take(reader& in, key_value_ptr& x);
void take(reader& in, event& x);
void take(reader& in, compare& x);
void take(reader& in, range_request& x);
void take(reader& in, range_response& x);
/// `depth` bounds nesting.
void take(reader& in, txn_request& x, int depth = 0);
void take(reader& in, txn_response& x, int depth = 0);
void take(reader& in, placement_request& x);

} // namespace troupe::storage::mvcc
