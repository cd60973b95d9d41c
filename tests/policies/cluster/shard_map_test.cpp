#include "policies/cluster/shard_map.hpp"
#include <gtest/gtest.h>

namespace troupe::policies::cluster {
namespace {

using kind = shard_step::kind;

shard_map two_shards() { return with_running(with_shard({}, 1), 1); }
shard_map moving() { return *with_move(two_shards(), "pods", 1); }
shard_map copying() { return with_fence(moving(), "pods", 70); }
shard_map placed() { return with_placed(copying(), "pods", 900); }

TEST(shard_map, has_everything_in_shard_0_until_something_moves) {
  EXPECT_EQ(shard_of({}, "pods"), 0U);
  EXPECT_EQ(where_of({}, "pods"), whereabouts{});
  EXPECT_FALSE(unfinished({}));
}

TEST(shard_map, tells_readers_when_the_old_shard_ends_and_the_new_one_begins) {
  struct row {
    std::string says;
    shard_map map;
    whereabouts pods;
  };
  for (auto& r : std::vector<row>{
         {"a move that has only begun changes nothing", moving(), {}},
         {"while it is copied it ends at the fence", copying(), {0, 0, 0, 0, 70}},
         {"then it is in the new shard", placed(), {1, 900, 70, 1, {}}},
         {"and stays there", with_moved(placed(), "pods"), {1, 900, 70, 1, {}}},
       }) {
    EXPECT_EQ(where_of(r.map, "pods"), r.pods) << r.says;
    EXPECT_EQ(where_of(r.map, "events"), whereabouts{}) << r.says;
  }
}

TEST(shard_map, goes_through_the_phases_of_a_move_in_order_only) {
  EXPECT_EQ(with_placed(moving(), "pods", 9), moving());
  EXPECT_EQ(with_moved(copying(), "pods"), copying());
  EXPECT_EQ(with_fence(placed(), "pods", 9), placed());
  EXPECT_EQ(with_fence(moving(), "events", 9), moving());
  EXPECT_EQ(with_attempt(moving(), "pods"), moving());
  EXPECT_EQ(with_attempt(placed(), "pods"), placed());
}

TEST(shard_map, tells_one_attempt_to_copy_from_another) {
  auto once = with_attempt(copying(), "pods");
  EXPECT_NE(once, copying());
  EXPECT_NE(with_attempt(once, "pods"), once);
  EXPECT_EQ(where_of(once, "pods"), where_of(copying(), "pods")) << "nobody else notices";
}

TEST(shard_map, knows_the_next_step_of_a_move) {
  struct row {
    std::string says;
    shard_map map;
    shard_facts facts;
    shard_step step;
  };
  for (auto& r : std::vector<row>{
         {"nothing to do", two_shards(), {{0, 1}, true}, {}},
         {"a new group that answers was founded", with_shard({}, 1), {{0, 1}, false}, {kind::note_running, 1, 0, {}}},
         {"a new group that does not answer is waited for", with_shard({}, 1), {{0}, false}, {}},
         {"both shards answer", moving(), {{0, 1}, false}, {kind::close_source, 0, 1, "pods"}},
         {"a type is not fenced off while its goal is away", moving(), {{0}, true}, {}},
         {"nor while its source is", moving(), {{1}, true}, {}},
         {"fenced", copying(), {{0, 1}, false}, {kind::copy, 0, 1, "pods"}},
         {"watchers of the old shard get their time", placed(), {{0, 1}, false}, {}},
         {"they had it", placed(), {{0, 1}, true}, {kind::forget_source, 0, 1, "pods"}},
       })
    EXPECT_EQ(next_step(r.map, r.facts), r.step) << r.says;
}

TEST(shard_map, refuses_moves_that_cannot_be) {
  EXPECT_EQ(with_move({}, "pods", 1).error(), "there is no shard 1; 'troupe store shards add' makes one");
  EXPECT_NE(with_move(two_shards(), "services", 1).error().find("services stay in shard 0"), std::string::npos);
  auto third = with_shard(moving(), 1);
  EXPECT_EQ(with_move(third, "pods", 2).error(), "pods is on its way to shard 1; try again when it is there");
  EXPECT_EQ(*with_move(moving(), "pods", 1), moving()) << "asked twice";
  EXPECT_EQ(*with_move(two_shards(), "pods", 0), two_shards()) << "is there";
}

TEST(shard_map, makes_the_large_layout_once) {
  auto large = *with_large_layout({}, 7);
  ASSERT_EQ(large.shards.size(), 3U);
  EXPECT_EQ(large.shards[1], (shard{1, 7}));
  ASSERT_EQ(large.moves.size(), 3U);
  EXPECT_EQ(large.moves[0].type, "pods");
  EXPECT_EQ(large.moves[0].to, 1U);
  EXPECT_EQ(large.moves[1].to, 2U);
  EXPECT_EQ(large.moves[2].to, 2U);
  EXPECT_EQ(*with_large_layout(large, 7), large) << "asked twice";
  EXPECT_EQ(with_large_layout(two_shards(), 7)->shards.size(), 3U) << "an empty shard is used";
}

TEST(shard_map, spreads_leaders_over_voters) {
  struct row {
    std::string says;
    std::vector<shard_leadership> all;
    std::optional<shard_handover> wanted;
  };
  for (auto& r : std::vector<row>{
         {"one shard", {{0, 1, {1, 2, 3}}}, {}},
         {"one leads both", {{0, 1, {1, 2, 3}}, {1, 1, {1, 2, 3}}}, shard_handover{1, 2}},
         {"spread already", {{0, 1, {1, 2}}, {1, 2, {1, 2}}}, {}},
         {"nobody else is ready", {{0, 1, {1}}, {1, 1, {1}}}, {}},
         {"the emptiest one gets it", {{0, 1, {}}, {1, 2, {}}, {2, 1, {1, 2, 3}}}, shard_handover{2, 3}},
         {"a difference of one stays", {{0, 1, {}}, {1, 2, {}}, {2, 1, {1, 2}}}, {}},
         {"others look after theirs", {{0, 2, {1, 2, 3}}, {1, 2, {1, 2, 3}}}, {}},
         {"shard 0 stays", {{0, 1, {1, 2}}, {1, 1, {}}}, {}},
       })
    EXPECT_EQ(spread(r.all, 1), r.wanted) << r.says;
}

} // namespace
} // namespace troupe::policies::cluster
