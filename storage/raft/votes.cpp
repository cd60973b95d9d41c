#include "storage/raft/votes.hpp"
#include <algorithm>

namespace troupe::storage::raft {

void votes::record(server_id voter, bool granted) {
  if (is_voter(members_, voter)) ballots_.try_emplace(voter, granted);
}

vote_result votes::result() const {
  const auto incoming = result_of(members_.voters);
  if (!members_.joint()) return incoming;
  const auto outgoing = result_of(members_.outgoing);
  if (incoming == vote_result::lost || outgoing == vote_result::lost) return vote_result::lost;
  return incoming == outgoing ? incoming : vote_result::pending;
}

vote_result votes::result_of(const std::vector<server_id>& voters) const {
  std::size_t yes = 0, no = 0;
  for (auto id : voters)
    if (auto it = ballots_.find(id); it != ballots_.end()) ++(it->second ? yes : no);
  const auto needed = voters.size() / 2 + 1;
  if (yes >= needed) return vote_result::won;
  return voters.size() - no < needed ? vote_result::lost : vote_result::pending;
}

} // namespace troupe::storage::raft
