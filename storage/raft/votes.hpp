#pragma once
#include "storage/raft/membership.hpp"
#include <map>

namespace troupe::storage::raft {

enum class vote_result : std::uint8_t { pending, won, lost };

/// The ballots of one campaign, counted in each half of the configuration (thesis 3.4 and 4.3).
class votes {
public:
  explicit votes(configuration members) : members_(std::move(members)) {}
  /// The first answer of a voter counts; of others, none does.
  void record(server_id voter, bool granted);
  [[nodiscard]] vote_result result() const;

private:
  [[nodiscard]] vote_result result_of(const std::vector<server_id>& voters) const;
  configuration members_;
  std::map<server_id, bool> ballots_;
};

} // namespace troupe::storage::raft
