#include "tests/actors/store/fixture.hpp"

namespace troupe::actors::store {
namespace {

namespace raft = storage::raft;

struct listener_state {
  static inline const char* name = "listener";
};

/// The writer alone, with a listener in place of the shard.
class log_writer_test : public ::testing::Test {
protected:
  struct config : caf::actor_system_config {
    config() { set("scheduler.policy", caf::atom("testing")); }
  };
  log_writer_test() {
    files = *open_shard({});
    listener = system.spawn([this](stateful<listener_state, log_listener_actor::base>*) {
      return log_listener_actor::behavior_type{[this](written_atom, const write_done& d) { written.push_back(d); },
                                               [this](written_atom, const trim_done& d) { trimmed.push_back(d); }};
    });
    writer = system.spawn(log_writer, files, files->take_over(), listener);
  }
  ~log_writer_test() override {
    caf::anon_send_exit(writer, caf::exit_reason::kill);
    caf::anon_send_exit(listener, caf::exit_reason::kill);
    settle();
  }
  void settle() {
    while (scheduler.try_run_once()) {}
  }
  static storage::log::record entry(std::uint64_t index) {
    storage::log::record r;
    r.entries = {{{1}, {index}, raft::entry_kind::command, std::make_shared<const std::string>("data")}};
    r.must_sync = true;
    return r;
  }

  config cfg;
  caf::actor_system system{cfg};
  caf::scheduler::test_coordinator& scheduler = dynamic_cast<caf::scheduler::test_coordinator&>(system.scheduler());
  std::shared_ptr<shard_files> files;
  log_listener_actor listener;
  log_writer_actor writer;
  std::vector<write_done> written;
  std::vector<trim_done> trimmed;
};

TEST_F(log_writer_test, a_job_is_durable_when_it_is_reported) {
  caf::anon_send(writer, write_atom::value, write_job{{entry(1), entry(2)}, {5}});
  settle();
  ASSERT_EQ(written.size(), 1U);
  EXPECT_EQ(written[0].upto.value, 5U);
  EXPECT_EQ(written[0].error, "");
  EXPECT_EQ(files->log->last_index().value, 2U);
}

TEST_F(log_writer_test, a_writer_that_was_replaced_writes_nothing_more) {
  auto successor = files->take_over();
  caf::anon_send(writer, write_atom::value, write_job{{entry(1)}, {1}});
  settle();
  EXPECT_TRUE(written.empty());
  EXPECT_EQ(files->log->last_index().value, 0U);
  EXPECT_TRUE(files->write_as(successor, [] {}));
}

TEST_F(log_writer_test, trimming_moves_the_start_of_the_log) {
  caf::anon_send(writer, write_atom::value, write_job{{entry(1), entry(2), entry(3)}, {1}});
  caf::anon_send(writer, write_atom::value, trim_job{{{2}, {1}, {}}, {3}});
  settle();
  ASSERT_EQ(trimmed.size(), 1U);
  EXPECT_EQ(trimmed[0].error, "");
  EXPECT_EQ(files->log->first_index().value, 3U);
}

} // namespace
} // namespace troupe::actors::store
