#include "storage/mvcc/wire.hpp"

namespace troupe::storage::mvcc {

namespace {

void put(writer& out, const fence_request& x) {
  out.text(x.prefix);
  out.byte(x.closed ? 1 : 0);
}
void put(writer& out, const advance_request& x) { out.signed_number(x.at_least); }
void put(writer& out, const import_request& x) {
  out.text(x.prefix);
  out.number(x.entries.size());
  for (auto& e : x.entries) {
    mvcc::put(out, e.kv);
    out.signed_number(e.lease_seconds);
  }
}
void put(writer& out, const floor_request& x) {
  out.text(x.prefix);
  out.signed_number(x.at);
}
void put(writer& out, const forget_request& x) {
  out.text(x.prefix);
  out.number(x.keys_max);
}

void take(reader& in, fence_request& x) {
  x.prefix = in.text();
  x.closed = in.byte() == 1;
}
void take(reader& in, advance_request& x) { x.at_least = in.signed_number(); }
void take(reader& in, import_request& x) {
  x.prefix = in.text();
  auto n = in.count();
  for (std::size_t i = 0; i < n && in.ok(); ++i) {
    auto& e = x.entries.emplace_back();
    mvcc::take(in, e.kv);
    e.lease_seconds = in.signed_number();
    if (!e.kv || !e.kv->value) in.fail(); // Whoever applies it may rely on it.
  }
}
void take(reader& in, floor_request& x) {
  x.prefix = in.text();
  x.at = in.signed_number();
}
void take(reader& in, forget_request& x) {
  x.prefix = in.text();
  x.keys_max = static_cast<std::uint32_t>(in.number());
}

} // namespace

void put(writer& out, const placement_request& x) {
  out.byte(static_cast<std::uint8_t>(x.index()));
  std::visit([&](auto& request) { put(out, request); }, x);
}
void take(reader& in, placement_request& x) {
  switch (in.byte()) {
    case 0: take(in, x.emplace<fence_request>()); break;
    case 1: take(in, x.emplace<advance_request>()); break;
    case 2: take(in, x.emplace<import_request>()); break;
    case 3: take(in, x.emplace<floor_request>()); break;
    case 4: take(in, x.emplace<forget_request>()); break;
    default: in.fail();
  }
}

} // namespace troupe::storage::mvcc
