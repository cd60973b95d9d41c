#include "tests/actors/etcd/fixture.hpp"

namespace troupe::actors::etcd {
namespace {

/// A client with one stream; it reads on only when told so.
class watches_test : public test::etcd_test {
protected:
  using fake = test::fake_stream<pb::WatchRequest, pb::WatchResponse>;
  void SetUp() override {
    etcd_test::SetUp();
    caf::anon_send(front, open_atom::value, opened{std::shared_ptr<net::etcd::watch_stream>(s)});
    settle();
  }
  ~watches_test() override {
    if (s->listener.closed) s->listener.closed();
    settle();
    s->listener = {};
  }
  void create(std::int64_t id, std::int64_t from = 0, bool fragment = false, const std::string& key = "a") {
    pb::WatchRequest q;
    auto* c = q.mutable_create_request();
    c->set_key(key);
    c->set_watch_id(id);
    c->set_start_revision(from);
    c->set_fragment(fragment);
    s->listener.received(q);
    settle();
  }
  void cancel(std::int64_t id) {
    pb::WatchRequest q;
    q.mutable_cancel_request()->set_watch_id(id);
    s->listener.received(q);
    settle();
  }
  /// All that the client gets, until there is nothing more: "0:created 0:a=1 ...".
  std::string take() {
    std::string out;
    for (; seen < s->written.size(); settle()) {
      auto& r = s->written[seen++];
      out += (out.empty() ? "" : " ") + std::to_string(r.watch_id()) + ":";
      if (r.created()) out += "created";
      if (r.canceled()) out += "cancelled" + r.cancel_reason();
      if (r.compact_revision()) out += "@" + std::to_string(r.compact_revision());
      for (auto& e : r.events()) out += e.kv().key() + "=" + e.kv().value();
      if (!r.created() && !r.canceled() && r.events().empty()) out += "at" + std::to_string(r.header().revision());
      s->listener.written();
    }
    return out;
  }

  std::shared_ptr<fake> s = std::make_shared<fake>();
  std::size_t seen = 0;
};

TEST_F(watches_test, events_follow_the_creation_and_end_with_the_cancellation) {
  create(0);
  create(5);
  put("a", "1");
  EXPECT_EQ(take(), "0:created 5:created 0:a=1 5:a=1");
  cancel(0);
  put("a", "2");
  EXPECT_EQ(take(), "0:cancelled 5:a=2");
}

TEST_F(watches_test, a_start_revision_in_the_past_gets_what_happened_since) {
  put("a", "1");
  put("a", "2");
  create(0, 3);
  EXPECT_EQ(take(), "0:created 0:a=2");
}

TEST_F(watches_test, ids_are_given_out_and_a_taken_one_or_an_empty_range_is_refused) {
  create(0);
  create(0);
  create(1);
  EXPECT_EQ(take(), "0:created 1:created -1:createdcancelledmvcc: duplicate watch ID provided on the WatchStream");
}

TEST_F(watches_test, a_compacted_start_is_created_and_cancelled_with_the_revision_that_is_left) {
  for (auto* v : {"1", "2", "3"}) put("a", v);
  pb::CompactionRequest q;
  q.set_revision(4);
  ask<pb::CompactionResponse>(q);
  create(0, 2);
  EXPECT_EQ(take(), "0:created 0:cancelled@4");
}

TEST_F(watches_test, progress_is_told_behind_all_events_and_for_the_whole_stream) {
  create(0);
  create(5, 0, false, "b");
  put("a", "1");
  pb::WatchRequest q;
  q.mutable_progress_request();
  s->listener.received(q);
  settle();
  EXPECT_EQ(take(), "0:created 5:created 0:a=1 -1:at2");
}

TEST_F(watches_test, a_client_that_does_not_read_falls_behind_and_misses_nothing) {
  create(0);
  for (int i = 0; i < 100; ++i) put("a", std::to_string(i));
  EXPECT_EQ(s->written.size(), 1u) << "one message at a time";
  auto all = take();
  std::size_t at = 0;
  for (int i = 0; i < 100; ++i) {
    at = all.find("a=" + std::to_string(i), at);
    ASSERT_NE(at, std::string::npos) << i;
  }
}

TEST_F(watches_test, a_large_response_is_cut_for_those_that_asked_for_fragments) {
  create(0, 0, true);
  take();
  for (int i = 0; i < 3; ++i) put("a", std::string(900, 'v'));
  create(7, 2, true);
  take();
  int fragments = 0;
  for (auto& r : s->written) fragments += r.fragment();
  EXPECT_GT(fragments, 0);
  EXPECT_FALSE(s->written.back().fragment());
}

TEST_F(watches_test, the_stream_ends_with_the_store) {
  create(0);
  caf::anon_send_exit(shard, caf::exit_reason::kill);
  settle();
  ASSERT_FALSE(s->ended.empty());
  EXPECT_EQ(s->ended.front().what, net::etcd::code::unavailable);
}

class own_keys_test : public watches_test {
protected:
  own_keys_test() { keys = keyspace("/etcd/"); }
};

TEST_F(own_keys_test, events_of_other_keys_are_not_the_clients_and_its_own_come_as_it_knows_them) {
  pb::WatchRequest q;
  q.mutable_create_request()->set_key(std::string(1, '\0'));
  q.mutable_create_request()->set_range_end(std::string(1, '\0'));
  s->listener.received(q);
  settle();
  mvcc::put_request foreign;
  foreign.key = "/registry/pods/default/web";
  mvcc::txn_request t;
  t.success.emplace_back(foreign);
  caf::anon_send(store::store_actor(shard), write_atom::value, share(std::move(t)));
  settle();
  put("/registry/pods/default/web", "1");
  EXPECT_EQ(take(), "0:created 0:/registry/pods/default/web=1");
}

} // namespace
} // namespace troupe::actors::etcd
