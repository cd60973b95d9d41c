#include "storage/mvcc/command.hpp"
#include "storage/mvcc/wire.hpp"
#include <fmt/format.h>

namespace troupe::storage::mvcc {

namespace {

enum class verb : std::uint8_t { txn = 0, lease_grant = 1, lease_revoke = 2, compact = 3, placement = 4 };

constexpr std::uint8_t first_version = 1;

std::string start(verb what) {
  std::string out;
  writer w(out);
  w.byte(what == verb::placement ? command_version : first_version);
  w.byte(static_cast<std::uint8_t>(what));
  return out;
}

} // namespace

std::string encode(const txn_request& txn) {
  auto out = start(verb::txn);
  writer w(out);
  put(w, txn);
  return out;
}

std::string encode(const command& c) {
  if (auto* txn = std::get_if<txn_request>(&c)) return encode(*txn);
  auto out = start(static_cast<verb>(c.index()));
  writer w(out);
  if (auto* grant = std::get_if<lease_grant_request>(&c)) {
    w.signed_number(grant->id);
    w.signed_number(grant->ttl_seconds);
  } else if (auto* revoke = std::get_if<lease_revoke_request>(&c)) {
    w.signed_number(revoke->id);
  } else if (auto* compact = std::get_if<compact_request>(&c)) {
    w.signed_number(compact->at);
  } else {
    put(w, std::get<placement_request>(c));
  }
  return out;
}

result<command> decode_command(std::string_view data) {
  reader in(data);
  auto version = in.byte();
  if (version < first_version || version > command_version)
    return failure(error{errc::bad_encoding, fmt::format("command version {} is unknown", version)});
  command out;
  switch (static_cast<verb>(in.byte())) {
    case verb::txn: take(in, out.emplace<txn_request>()); break;
    case verb::lease_grant: {
      auto& grant = out.emplace<lease_grant_request>();
      grant.id = in.signed_number();
      grant.ttl_seconds = in.signed_number();
      break;
    }
    case verb::lease_revoke: out.emplace<lease_revoke_request>().id = in.signed_number(); break;
    case verb::compact: out.emplace<compact_request>().at = in.signed_number(); break;
    case verb::placement:
      if (version < 2) in.fail();
      else take(in, out.emplace<placement_request>());
      break;
    default: in.fail();
  }
  if (!in.done()) return failure(error{errc::bad_encoding, "the command is cut off or too long"});
  return out;
}

} // namespace troupe::storage::mvcc
