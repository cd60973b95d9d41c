#include "storage/mvcc/wire.hpp"
#include <initializer_list>

namespace troupe::storage::mvcc {

namespace {

constexpr int depth_max = 8;

/// Up to eight flags in a byte, the first one lowest.
std::uint8_t flags(std::initializer_list<bool> bits) {
  unsigned x = 0, at = 1;
  for (bool bit : bits) {
    if (bit) x |= at;
    at <<= 1;
  }
  return static_cast<std::uint8_t>(x);
}

/// A value that may be null: 0, or 1 and the text.
void put_bytes(writer& out, const bytes& x) {
  out.byte(x ? 1 : 0);
  if (x) out.text(*x);
}
bytes take_bytes(reader& in) { return in.byte() == 1 ? make_bytes(std::string(in.text())) : nullptr; }

template <class T> void put_list(writer& out, const std::vector<T>& list) {
  out.number(list.size());
  for (auto& x : list) put(out, x);
}
template <class T> void take_list(reader& in, std::vector<T>& list) {
  auto n = in.count();
  list.clear();
  for (std::size_t i = 0; i < n && in.ok(); ++i) take(in, list.emplace_back());
}

void put(writer& out, const put_request& x) {
  out.text(x.key);
  put_bytes(out, x.value);
  out.signed_number(x.lease);
  out.byte(flags({x.prev_kv, x.ignore_value, x.ignore_lease}));
}
void take(reader& in, put_request& x) {
  x.key = in.text();
  x.value = take_bytes(in);
  x.lease = in.signed_number();
  auto f = in.byte();
  x.prev_kv = f & 1, x.ignore_value = f & 2, x.ignore_lease = f & 4;
}
void put(writer& out, const put_response& x) {
  put(out, x.kv);
  put(out, x.prev_kv);
}
void take(reader& in, put_response& x) {
  take(in, x.kv);
  take(in, x.prev_kv);
}

void put(writer& out, const delete_range_request& x) {
  put(out, x.keys);
  out.byte(flags({x.prev_kv}));
}
void take(reader& in, delete_range_request& x) {
  take(in, x.keys);
  x.prev_kv = in.byte() & 1;
}
void put(writer& out, const delete_range_response& x) {
  out.signed_number(x.deleted);
  put_list(out, x.prev_kvs);
}
void take(reader& in, delete_range_response& x) {
  x.deleted = in.signed_number();
  take_list(in, x.prev_kvs);
}

/// Requests and responses have the same four alternatives in the same order.
template <class Operation> void put_operations(writer& out, const std::vector<Operation>& list) {
  out.number(list.size());
  for (auto& op : list) {
    out.byte(static_cast<std::uint8_t>(op.index()));
    switch (op.index()) {
      case 0: put(out, std::get<0>(op)); break;
      case 1: put(out, std::get<1>(op)); break;
      case 2: put(out, std::get<2>(op)); break;
      default: put(out, *std::get<3>(op));
    }
  }
}
template <class Nested, class Operation> void take_operations(reader& in, std::vector<Operation>& list, int depth) {
  auto n = in.count();
  list.clear();
  for (std::size_t i = 0; i < n && in.ok(); ++i) {
    auto& op = list.emplace_back();
    switch (in.byte()) {
      case 0: take(in, op.template emplace<0>()); break;
      case 1: take(in, op.template emplace<1>()); break;
      case 2: take(in, op.template emplace<2>()); break;
      case 3: {
        auto nested = std::make_shared<Nested>();
        if (depth < depth_max) take(in, *nested, depth + 1);
        else in.fail();
        op.template emplace<3>(std::move(nested));
        break;
      }
      default: in.fail();
    }
  }
}

} // namespace

void put(writer& out, const key_range& x) {
  out.text(x.key);
  out.text(x.range_end);
}
void take(reader& in, key_range& x) {
  x.key = in.text();
  x.range_end = in.text();
}

void put(writer& out, const key_value_ptr& x) {
  out.byte(x ? 1 : 0);
  if (!x) return;
  out.text(x->key);
  out.signed_number(x->create_revision);
  out.signed_number(x->mod_revision);
  out.signed_number(x->version);
  out.signed_number(x->lease);
  put_bytes(out, x->value);
}
void take(reader& in, key_value_ptr& x) {
  x = nullptr;
  if (in.byte() == 0) return;
  auto fresh = std::make_shared<key_value>();
  fresh->key = in.text();
  fresh->create_revision = in.signed_number();
  fresh->mod_revision = in.signed_number();
  fresh->version = in.signed_number();
  fresh->lease = in.signed_number();
  fresh->value = take_bytes(in);
  x = std::move(fresh);
}

void put(writer& out, const event& x) {
  out.byte(static_cast<std::uint8_t>(x.type));
  put(out, x.kv);
  put(out, x.prev_kv);
}
void take(reader& in, event& x) {
  x.type = in.byte() == 0 ? event_type::put : event_type::removal;
  take(in, x.kv);
  take(in, x.prev_kv);
  if (!x.kv) in.fail(); // Receivers may rely on it.
}

void put(writer& out, const compare& x) {
  put(out, x.keys);
  out.byte(static_cast<std::uint8_t>(x.target));
  out.byte(static_cast<std::uint8_t>(x.op));
  if (x.target == compare_target::value) out.text(x.value);
  else out.signed_number(x.number);
}
void take(reader& in, compare& x) {
  take(in, x.keys);
  auto target = in.byte(), op = in.byte();
  if (target > static_cast<int>(compare_target::lease) || op > static_cast<int>(compare_operator::greater)) in.fail();
  x.target = static_cast<compare_target>(target);
  x.op = static_cast<compare_operator>(op);
  if (x.target == compare_target::value) x.value = in.text();
  else x.number = in.signed_number();
}

void put(writer& out, const range_request& x) {
  put(out, x.keys);
  out.signed_number(x.at);
  out.signed_number(x.limit);
  out.byte(flags({x.count_only, x.keys_only, x.skip_count, x.linearizable}));
}
void take(reader& in, range_request& x) {
  take(in, x.keys);
  x.at = in.signed_number();
  x.limit = in.signed_number();
  auto f = in.byte();
  x.count_only = f & 1, x.keys_only = f & 2, x.skip_count = f & 4, x.linearizable = f & 8;
}

void put(writer& out, const range_response& x) {
  out.signed_number(x.header_revision);
  put_list(out, x.kvs);
  out.byte(flags({x.more}));
  out.signed_number(x.count);
}
void take(reader& in, range_response& x) {
  x.header_revision = in.signed_number();
  take_list(in, x.kvs);
  x.more = in.byte() & 1;
  x.count = in.signed_number();
}

void put(writer& out, const txn_request& x) {
  put_list(out, x.compares);
  put_operations(out, x.success);
  put_operations(out, x.failure);
}
void take(reader& in, txn_request& x, int depth) {
  take_list(in, x.compares);
  take_operations<txn_request>(in, x.success, depth);
  take_operations<txn_request>(in, x.failure, depth);
}

void put(writer& out, const txn_response& x) {
  out.signed_number(x.header_revision);
  out.byte(flags({x.succeeded}));
  put_operations(out, x.responses);
}
void take(reader& in, txn_response& x, int depth) {
  x.header_revision = in.signed_number();
  x.succeeded = in.byte() & 1;
  take_operations<txn_response>(in, x.responses, depth);
}

} // namespace troupe::storage::mvcc
