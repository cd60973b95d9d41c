#include "storage/raft/read_index.hpp"

namespace troupe::storage::raft {

bool read_queue::add(server_id from, read_id id, log_index commit) {
  if (full()) return false;
  // A round under way began before this read came, so it says nothing about it.
  waiting_.push_back({from, id, commit, round_ + 1});
  wanted_ = true;
  return true;
}

void read_queue::first_commit(log_index commit) noexcept {
  for (auto& w : waiting_)
    if (!w.index) w.index = commit;
}

std::vector<read_queue::waiting> read_queue::settle(std::uint64_t round) {
  std::vector<waiting> out;
  for (; !waiting_.empty() && waiting_.front().round <= round && waiting_.front().index; waiting_.pop_front())
    out.push_back(waiting_.front());
  return out;
}

std::vector<read_queue::waiting> read_queue::abandon() {
  std::vector<waiting> out(waiting_.begin(), waiting_.end());
  waiting_.clear();
  wanted_ = false;
  return out;
}

} // namespace troupe::storage::raft
