#include "actors/store/error.hpp"
#include <caf/message.hpp>

namespace troupe::actors::store {

namespace {

constexpr std::uint8_t from_mvcc = 1, from_raft = 2;

caf::error with_details(errc code, std::string text, std::uint8_t source, std::uint8_t reason, std::int64_t number) {
  auto e = make_error(code);
  e.context() = caf::make_message(std::move(text), source, reason, number);
  return e;
}

errc code_for(storage::mvcc::errc reason) {
  switch (reason) {
    case storage::mvcc::errc::compacted: return errc::compacted;
    case storage::mvcc::errc::future_revision: return errc::future_revision;
    case storage::mvcc::errc::key_not_found:
    case storage::mvcc::errc::lease_not_found: return errc::not_found;
    case storage::mvcc::errc::storage: return errc::storage_failed;
    case storage::mvcc::errc::moved: return errc::did_not_happen;
    default: return errc::invalid_argument;
  }
}

errc code_for(storage::raft::errc reason) {
  using storage::raft::errc;
  switch (reason) {
    case errc::not_leader:
    case errc::transferring: return actors::errc::not_leader;
    case errc::busy: return actors::errc::overloaded;
    case errc::too_large:
    case errc::bad_configuration: return actors::errc::invalid_argument;
    default:
      return outcome_of(reason) == storage::raft::outcome::may_have_happened ? actors::errc::may_have_happened
                                                                             : actors::errc::did_not_happen;
  }
}

/// The number behind the text, if the error came from `source`.
std::optional<std::int64_t> number_of(const caf::error& e, std::uint8_t source) {
  if (code_of(e) == errc::none) return std::nullopt;
  auto& context = e.context();
  if (!context.match_elements<std::string, std::uint8_t, std::uint8_t, std::int64_t>()) return std::nullopt;
  if (context.get_as<std::uint8_t>(1) != source) return std::nullopt;
  return context.get_as<std::int64_t>(3);
}

} // namespace

caf::error to_error(const storage::mvcc::error& e) {
  auto text = std::string(to_string(e.code));
  if (!e.detail.empty()) text += ": " + e.detail;
  return with_details(code_for(e.code), std::move(text), from_mvcc, static_cast<std::uint8_t>(e.code),
                      e.compact_revision);
}

caf::error to_error(const storage::raft::error& e) {
  return with_details(code_for(e.code), std::string(sentence(e.code)), from_raft, static_cast<std::uint8_t>(e.code),
                      e.leader ? static_cast<std::int64_t>(e.leader->value) : 0);
}

storage::mvcc::revision compact_revision_of(const caf::error& e) {
  return code_of(e) == errc::compacted ? number_of(e, from_mvcc).value_or(0) : 0;
}

std::optional<storage::raft::server_id> leader_of(const caf::error& e) {
  auto id = number_of(e, from_raft).value_or(0);
  if (id == 0) return std::nullopt;
  return storage::raft::server_id{static_cast<std::uint64_t>(id)};
}

std::optional<storage::mvcc::errc> reason_of(const caf::error& e) {
  if (!number_of(e, from_mvcc)) return std::nullopt;
  return static_cast<storage::mvcc::errc>(e.context().get_as<std::uint8_t>(2));
}

} // namespace troupe::actors::store
