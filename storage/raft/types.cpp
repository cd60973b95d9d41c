#include "storage/raft/types.hpp"
#include "storage/raft/messages.hpp"

namespace troupe::storage::raft {

std::size_t total_bytes(const entries& list) noexcept {
  std::size_t sum = 0;
  for (const auto& e : list)
    sum += e.bytes();
  return sum;
}

outcome outcome_of(errc code) noexcept {
  return code == errc::leadership_lost || code == errc::stopped ? outcome::may_have_happened : outcome::did_not_happen;
}

std::string_view sentence(errc code) noexcept {
  switch (code) {
  case errc::not_leader:
    return "This member does not lead the group.";
  case errc::transferring:
    return "The leadership is being handed over to another member.";
  case errc::too_large:
    return "The entry is larger than the group allows.";
  case errc::busy:
    return "Too much is waiting to be committed; try again later.";
  case errc::configuration_pending:
    return "An earlier membership change is not yet committed.";
  case errc::bad_configuration:
    return "The membership change does not fit the present members.";
  case errc::leader_alive:
    return "A leader was heard from a moment ago.";
  case errc::not_voter:
    return "The server is not a voter of the group.";
  case errc::superseded:
    return "Another entry was committed in its place.";
  case errc::unavailable:
    return "This part of the log can't be read.";
  case errc::leadership_lost:
    return "The leadership was lost before the entry was committed; it may still be.";
  case errc::stopped:
    return "The group stopped before the entry was known to be committed; it may still be.";
  }
  return "Unknown error.";
}

term_number term_of(const message& m) noexcept {
  return std::visit([](const auto& body) { return body.term; }, m);
}

} // namespace troupe::storage::raft
