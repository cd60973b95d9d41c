#include "actors/store/messages.hpp"
#include "actors/store/peer.hpp"
#include "storage/raft/encoding.hpp"
#include "storage/mvcc/wire.hpp"
#include <fmt/format.h>

namespace troupe::actors::store {

namespace {

using mvcc::reader;
using mvcc::writer;

constexpr std::uint8_t wire_version = 1;

template <class Fill> std::string packed(Fill fill) {
  std::string out;
  writer w(out);
  w.byte(wire_version);
  fill(w);
  return out;
}
template <class T, class Read> void unpacked(std::string_view data, T& x, Read read) {
  reader in(data);
  if (in.byte() != wire_version) in.fail();
  read(in);
  if (!in.done()) x = T{};
}

template <class T> std::string pack_value(const T& x) {
  return packed([&](writer& w) { put(w, x); });
}
template <class T> void unpack_value(std::string_view data, T& x) {
  unpacked(data, x, [&](reader& in) { take(in, x); });
}

} // namespace

std::string to_wire(const mvcc::txn_request& x) { return pack_value(x); }
std::string to_wire(const mvcc::txn_response& x) { return pack_value(x); }
std::string to_wire(const mvcc::range_request& x) { return pack_value(x); }
std::string to_wire(const mvcc::range_response& x) { return pack_value(x); }
void from_wire(std::string_view data, mvcc::txn_request& x) { unpack_value(data, x); }
void from_wire(std::string_view data, mvcc::txn_response& x) { unpack_value(data, x); }
void from_wire(std::string_view data, mvcc::range_request& x) { unpack_value(data, x); }
void from_wire(std::string_view data, mvcc::range_response& x) { unpack_value(data, x); }

std::string to_wire(const watch_request& x) {
  return packed([&](writer& w) {
    w.number(x.id);
    put(w, x.keys);
    w.signed_number(x.from);
    w.byte(static_cast<std::uint8_t>(x.prev_kv | x.no_put << 1 | x.no_removal << 2 | x.progress << 3));
    w.number(x.credit);
  });
}
void from_wire(std::string_view data, watch_request& x) {
  unpacked(data, x, [&](reader& in) {
    x.id = in.number();
    take(in, x.keys);
    x.from = in.signed_number();
    auto f = in.byte();
    x.prev_kv = f & 1, x.no_put = f & 2, x.no_removal = f & 4, x.progress = f & 8;
    x.credit = static_cast<std::uint32_t>(in.number());
  });
}

std::string to_wire(const event_batch& x) {
  return packed([&](writer& w) {
    w.number(x.watch);
    w.signed_number(x.revision);
    w.number(x.events.size());
    for (auto& e : x.events) put(w, e);
    w.byte(x.progress ? 1 : 0);
    w.byte(static_cast<std::uint8_t>(x.ended));
    w.signed_number(x.compact_revision);
  });
}
void from_wire(std::string_view data, event_batch& x) {
  unpacked(data, x, [&](reader& in) {
    x.watch = in.number();
    x.revision = in.signed_number();
    auto n = in.count();
    for (std::size_t i = 0; i < n && in.ok(); ++i) take(in, x.events.emplace_back());
    x.progress = in.byte() == 1;
    auto ended = in.byte();
    if (ended > static_cast<int>(event_batch::end::closed)) in.fail();
    x.ended = static_cast<event_batch::end>(ended);
    x.compact_revision = in.signed_number();
  });
}

std::string to_wire(const command_request& x) {
  return packed([&](writer& w) {
    w.byte(static_cast<std::uint8_t>(x.index()));
    if (auto* grant = std::get_if<mvcc::lease_grant_request>(&x)) {
      w.signed_number(grant->id);
      w.signed_number(grant->ttl_seconds);
    } else if (auto* revoke = std::get_if<lease_revoke>(&x)) {
      w.signed_number(revoke->id);
    } else if (auto* keep = std::get_if<lease_keepalive>(&x)) {
      w.signed_number(keep->id);
    } else if (auto* query = std::get_if<lease_query>(&x)) {
      w.signed_number(query->id);
      w.byte(query->keys ? 1 : 0);
    } else if (auto* compact = std::get_if<compact_request>(&x)) {
      w.signed_number(compact->at);
    } else if (auto* hash = std::get_if<hash_query>(&x)) {
      w.signed_number(hash->at);
    } else if (auto* transfer = std::get_if<leadership_transfer>(&x)) {
      w.number(transfer->to);
    } else if (auto* change = std::get_if<member_change>(&x)) {
      w.number(change->steps.size());
      for (auto& s : change->steps) {
        w.byte(static_cast<std::uint8_t>(s.what));
        w.number(s.id);
      }
    } else if (auto* placement = std::get_if<mvcc::placement_request>(&x)) {
      put(w, *placement);
    }
  });
}
void from_wire(std::string_view data, command_request& x) {
  unpacked(data, x, [&](reader& in) {
    switch (in.byte()) {
      case 0: {
        auto id = in.signed_number();
        x = mvcc::lease_grant_request{id, in.signed_number()};
        break;
      }
      case 1: x = lease_revoke{in.signed_number()}; break;
      case 2: x = lease_keepalive{in.signed_number()}; break;
      case 3: {
        auto id = in.signed_number();
        x = lease_query{id, in.byte() == 1};
        break;
      }
      case 4: x = compact_request{in.signed_number()}; break;
      case 5: x = lease_list{}; break;
      case 6: x = hash_query{in.signed_number()}; break;
      case 7: x = leadership_transfer{in.number()}; break;
      case 8: {
        member_change change;
        auto n = in.count();
        for (std::size_t i = 0; i < n && in.ok(); ++i) {
          auto what = in.byte();
          if (what > static_cast<std::uint8_t>(member_change::kind::remove)) in.fail();
          change.steps.push_back({static_cast<member_change::kind>(what), in.number()});
        }
        x = std::move(change);
        break;
      }
      case 9: take(in, x.emplace<mvcc::placement_request>()); break;
      default: in.fail();
    }
  });
}

std::string to_wire(const command_response& x) {
  return packed([&](writer& w) {
    w.signed_number(x.header_revision);
    w.signed_number(x.lease);
    w.signed_number(x.ttl_seconds);
    w.signed_number(x.granted_seconds);
    w.number(x.keys.size());
    for (auto& key : x.keys) w.text(key);
    w.number(x.leases.size());
    for (auto& [id, ttl] : x.leases) {
      w.signed_number(id);
      w.signed_number(ttl);
    }
    w.number(x.hash);
    w.signed_number(x.compact_revision);
  });
}
void from_wire(std::string_view data, command_response& x) {
  unpacked(data, x, [&](reader& in) {
    x.header_revision = in.signed_number();
    x.lease = in.signed_number();
    x.ttl_seconds = in.signed_number();
    x.granted_seconds = in.signed_number();
    auto n = in.count();
    for (std::size_t i = 0; i < n && in.ok(); ++i) x.keys.emplace_back(in.text());
    auto leases = in.count();
    for (std::size_t i = 0; i < leases && in.ok(); ++i) {
      auto id = in.signed_number();
      x.leases.emplace_back(id, in.signed_number());
    }
    x.hash = static_cast<std::uint32_t>(in.number());
    x.compact_revision = in.signed_number();
  });
}

std::string to_wire(const store_status& x) {
  return packed([&](writer& w) {
    w.signed_number(x.revision);
    w.signed_number(x.compact_revision);
    for (auto n : {x.term, x.leader, x.self, x.applied_index, x.commit_index, x.last_index, x.database_bytes, x.watches,
                   x.leases, x.waiting})
      w.number(n);
    w.byte(static_cast<std::uint8_t>(x.leading | x.failed << 1 | x.changing << 2));
    w.number(x.members.size());
    for (auto& m : x.members) {
      w.number(m.id);
      w.number(m.match);
      w.byte(static_cast<std::uint8_t>(m.voter | m.alive << 1));
    }
  });
}
void from_wire(std::string_view data, store_status& x) {
  unpacked(data, x, [&](reader& in) {
    x.revision = in.signed_number();
    x.compact_revision = in.signed_number();
    for (auto* n : {&x.term, &x.leader, &x.self, &x.applied_index, &x.commit_index, &x.last_index, &x.database_bytes,
                    &x.watches, &x.leases, &x.waiting})
      *n = in.number();
    auto f = in.byte();
    x.leading = f & 1, x.failed = f & 2, x.changing = f & 4;
    auto n = in.count();
    for (std::size_t i = 0; i < n && in.ok(); ++i) {
      auto& m = x.members.emplace_back();
      m.id = in.number();
      m.match = in.number();
      auto is = in.byte();
      m.voter = is & 1, m.alive = is & 2;
    }
  });
}

std::string to_wire(const storage::raft::envelope& x) { return storage::raft::encode(x); }
void from_wire(std::string_view data, storage::raft::envelope& x) {
  // An envelope to nobody is dropped by every receiver.
  x = storage::raft::decode_envelope(data).value_or(storage::raft::envelope{{}, {}, storage::raft::timeout_now{}});
}

std::string to_string(const store_status& x) {
  return fmt::format("revision {} compacted {} term {} leader {} applied {} commit {} last {}", x.revision,
                     x.compact_revision, x.term, x.leader, x.applied_index, x.commit_index, x.last_index);
}

} // namespace troupe::actors::store
