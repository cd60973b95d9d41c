#include "actors/link/reachable.hpp"
#include "tests/actors/link/stranger.hpp"
#include <atomic>
#include <caf/binary_serializer.hpp>

namespace troupe::actors::link {
namespace {

const node_identity first{1, "a", true}, second{2, "b", true}, worker{3, "w", false};
constexpr std::size_t header_bytes = 32, node_id_bytes = 32;

template <class... Ts> std::string bytes_of(caf::actor_system& sys, Ts... xs) {
  std::vector<char> out;
  caf::binary_serializer sink(sys, out);
  EXPECT_FALSE(sink(xs...));
  return {out.begin(), out.end()};
}

/// As CAF sends it: no forwarding stages, then the content.
std::string message(caf::actor_system& sys, std::uint64_t to, const caf::message& content) {
  return frame_of(2, bytes_of(sys, std::vector<caf::strong_actor_ptr>{}, content), 7, to);
}

/// Counts the numbers that reach it.
struct counter_state { static inline const char* name = "counter"; };
caf::behavior counter(stateful<counter_state>*, std::shared_ptr<std::atomic<int>> came) {
  return {[came](int x) {
    ++*came;
    return 2 * x;
  }};
}

/// Two control-plane nodes that know each other's store, and a program with a worker's good certificate at the first.
struct attack : testing::Test {
  void SetUp() override {
    member = a.owned.emplace_back(a.sys.spawn(counter, came));
    a.offer("store/0/member/1", member);
    b.offer("store/0/member/2", spawn_doubler(b));
    a.knows({a.record(), b.record()});
    b.knows({a.record(), b.record()});
    ASSERT_TRUE(a.finds("store/0/member/2"));
    ASSERT_TRUE(b.finds("store/0/member/1"));
    ASSERT_TRUE(a.finds("node/2"));
    villain = std::make_unique<stranger>(worker, a.outside->port());
    servers = villain->hears();
    ASSERT_GE(servers.size(), header_bytes + node_id_bytes);
    own = servers.substr(header_bytes, node_id_bytes);
    for (std::size_t i = 8; i < own.size(); ++i) own[i] = static_cast<char>(own[i] + 1 + static_cast<char>(i));
  }
  void TearDown() override { villain.reset(); }
  void greet() const { villain->say(frame_of(1, own)); }
  /// What the two nodes have of each other is as before.
  void expect_unharmed() {
    EXPECT_TRUE(a.find("node/2"));
    EXPECT_EQ(ask(a, a.find("store/0/member/2")), 42);
    EXPECT_EQ(ask(b, b.find("store/0/member/1")), 42);
  }

  host a{first, {}, 0, 1h}, b{second}; ///< without a limit for hellos: what puts the villain out is what it says
  std::shared_ptr<std::atomic<int>> came = std::make_shared<std::atomic<int>>(0);
  caf::actor member; ///< of the store at a
  std::unique_ptr<stranger> villain;
  std::string servers, own;
};

TEST_F(attack, a_worker_that_writes_to_the_store_is_put_out_unheard) {
  greet();
  villain->say(message(a.sys, member.id(), caf::make_message(21)));
  EXPECT_TRUE(villain->put_out());
  EXPECT_EQ(*came, 0);
  expect_unharmed();
}

TEST_F(attack, a_worker_that_ends_an_actor_of_the_store_is_put_out_unheard) {
  greet();
  caf::exit_msg kill{member.address(), caf::exit_reason::kill};
  villain->say(message(a.sys, member.id(), caf::make_message(kill)));
  EXPECT_TRUE(villain->put_out());
  expect_unharmed();
}

TEST_F(attack, a_worker_that_claims_another_nodes_id_is_put_out_and_gets_none_of_its_mail) {
  villain->say(frame_of(1, wire_id(b.sys)));
  EXPECT_TRUE(villain->put_out());
  expect_unharmed();
}

TEST_F(attack, a_worker_is_not_believed_that_an_actor_of_another_node_has_ended) {
  greet();
  auto victim = a.find("store/0/member/2");
  villain->say(frame_of(5, bytes_of(a.sys, b.sys.node(), a.sys.node(), caf::make_error(caf::exit_reason::kill)),
                        victim.id(), 0));
  villain->say(message(a.sys, member.id(), caf::make_message(21))); // It is put out when both have been judged.
  EXPECT_TRUE(villain->put_out());
  expect_unharmed();
}

TEST_F(attack, a_worker_that_links_the_store_to_itself_is_put_out_and_takes_nothing_with_it) {
  greet();
  auto link = caf::make_message(caf::link_atom::value, caf::actor_cast<caf::strong_actor_ptr>(member));
  std::uint64_t gateway = 0;
  for (std::uint64_t id = 1; id < 1'000; ++id) // The server's greeting names it in eight bytes.
    if (servers.find(frame_of(0, "", 0, id).substr(24, 8), header_bytes + node_id_bytes) != std::string::npos)
      gateway = id;
  ASSERT_NE(gateway, 0U);
  villain->say(message(a.sys, gateway, link));
  EXPECT_TRUE(villain->put_out());
  expect_unharmed();
}

} // namespace
} // namespace troupe::actors::link
