#pragma once
#include "storage/raft/encoding.hpp"
#include "storage/raft/fsm.hpp"
#include "storage/raft/memory_storage.hpp"
#include <gtest/gtest.h>

/// Builders for the unit tests, and one fsm with a disk.
namespace troupe::tests::raft {

using namespace storage::raft;

inline std::vector<server_id> ids(std::initializer_list<std::uint64_t> list) {
  std::vector<server_id> out;
  for (auto id : list)
    out.push_back({id});
  return out;
}
inline configuration voters(std::initializer_list<std::uint64_t> list) { return {.voters = ids(list)}; }
inline payload bytes(std::string text) { return std::make_shared<const std::string>(std::move(text)); }
inline entry command(std::uint64_t index, std::uint64_t term, std::string text = "x") {
  return {{term}, {index}, entry_kind::command, bytes(std::move(text))};
}
inline entry configured(std::uint64_t index, std::uint64_t term, const configuration& c) {
  return {{term}, {index}, entry_kind::configuration, bytes(encode(c))};
}
inline entry_id at(std::uint64_t index, std::uint64_t term) { return {{term}, {index}}; }

/// One server, id 1 unless told otherwise, whose disk writes when `flush` is called.
struct member {
  explicit member(snapshot_meta bootstrap, fsm_config c = {.id = {1}}, entries list = {}, hard_state hard = {},
                  log_index upto = {})
      : config(c), disk(std::move(bootstrap)) {
    disk.write({.hard = hard, .log = std::move(list)});
    start(upto);
  }
  explicit member(configuration founders, fsm_config c = {.id = {1}}) : member(snapshot_meta{.members = founders}, c) {}

  void start(log_index upto = {}) {
    auto started = fsm::start(config, disk, {disk.hard(), upto}, [](std::uint64_t) { return 0; });
    ASSERT_TRUE(started);
    raft = std::move(*started);
  }
  /// Takes all batches, writes them, reports them; returns every message in the order in which it may leave.
  std::vector<envelope> flush() {
    std::vector<envelope> out;
    while (raft->has_batch()) {
      last = raft->take();
      for (auto* list : {&last.messages, &last.after_persist})
        out.insert(out.end(), list->begin(), list->end());
      for (const auto& r : last.reads)
        reads.push_back(r);
      if (!last.committed.empty()) raft->applied(last.committed.back().index);
      for (const auto& e : last.committed)
        applied.push_back(e);
      if (last.number) disk.write(last), raft->persisted(last.number);
    }
    return out;
  }
  /// The only message of its kind among those that leave now.
  template <class M> std::optional<M> sent(server_id to = {2}) {
    std::optional<M> out;
    for (const auto& e : flush())
      if (e.to == to && std::holds_alternative<M>(e.body)) out = std::get<M>(e.body);
    return out;
  }
  /// Makes it the leader of the group with the votes of `voters`, and has its first entry committed.
  void lead(std::initializer_list<std::uint64_t> others) {
    ASSERT_TRUE(raft->campaign());
    flush();
    for (auto id : others)
      step(id, vote_response{raft->term() + 1, vote_kind::pre_vote, true});
    flush();
    for (auto id : others)
      step(id, vote_response{raft->term(), vote_kind::vote, true});
    flush();
    for (auto id : others)
      step(id, append_response{.term = raft->term(), .index = raft->entries_log().last_index()});
    flush();
    ASSERT_EQ(raft->role(), role_kind::leader);
  }
  tl::expected<void, step_errc> step(std::uint64_t from, const message& m) { return raft->step({from}, m); }

  fsm_config config;
  memory_storage disk;
  std::unique_ptr<fsm> raft;
  batch last;
  entries applied;
  std::vector<read_result> reads;
};

} // namespace troupe::tests::raft
