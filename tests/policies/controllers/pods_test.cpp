#include "policies/controllers/pods.hpp"
#include "world.hpp"
#include <fmt/format.h>
#include <gtest/gtest.h>

namespace troupe::policies::controllers {

namespace {

using namespace std::chrono_literals;

api::object_ptr pod(std::string_view name, std::string_view annotations, std::string_view spec,
                    std::string_view status) {
  return object(fmt::format("{{'metadata':{{'name':'{0}','uid':'{0}','creationTimestamp':'2026-11-22T11:00:00Z',"
                            "'annotations':{{{1}}}}},'spec':{{{2}}},'status':{{{3}}}}}",
                            name, annotations, spec, status));
}

std::string ready_at(std::string_view time, int restarts = 0) {
  return fmt::format("'phase':'Running','conditions':[{{'type':'Ready','status':'True','lastTransitionTime':'{}'}}],"
                     "'containerStatuses':[{{'restartCount':{}}}]", time, restarts);
}

TEST(pods, the_least_useful_is_deleted_first) {
  constexpr auto on_a = "'nodeName':'a'";
  std::vector<api::object_ptr> wanted{
    pod("not-assigned", "", "", "'phase':'Pending'"),
    pod("pending", "", on_a, "'phase':'Pending'"),
    pod("not-ready", "", on_a, "'phase':'Running'"),
    pod("cheap", "'controller.kubernetes.io/pod-deletion-cost':'-5'", on_a, ready_at("2026-11-22T11:00:00Z")),
    pod("crowded", "", "'nodeName':'b'", ready_at("2026-11-22T11:00:00Z")),
    pod("just-ready", "", on_a, ready_at("2026-11-22T11:59:59Z")),
    pod("restarted", "", on_a, ready_at("2026-11-22T11:00:00Z", 3)),
    pod("steady", "", on_a, ready_at("2026-11-22T11:00:00Z")),
  };
  auto shuffled = wanted;
  std::ranges::reverse(shuffled);
  sort_for_deletion(shuffled, {{"a", 1}, {"b", 2}}, noon());
  for (std::size_t i = 0; i < wanted.size(); ++i) EXPECT_EQ(shuffled[i]->name(), wanted[i]->name());
}

TEST(pods, ages_count_by_magnitude_and_uid_decides) {
  std::vector<api::object_ptr> pods{pod("b", "", "'nodeName':'a'", ready_at("2026-11-22T11:50:00Z")),
                                    pod("a", "", "'nodeName':'a'", ready_at("2026-11-22T11:50:01Z"))};
  sort_for_deletion(pods, {}, noon());
  EXPECT_EQ(pods[0]->name(), "a");
}

TEST(pods, are_available_after_being_ready_for_a_while) {
  auto p = pod("p", "", "", ready_at("2026-11-22T11:59:50Z"));
  EXPECT_TRUE(is_available(*p, 0, noon()));
  EXPECT_TRUE(is_available(*p, 10, noon()));
  EXPECT_FALSE(is_available(*p, 11, noon()));
  EXPECT_FALSE(is_available(*pod("q", "", "", "'phase':'Running'"), 0, noon()));
}

TEST(pods, are_active_until_they_finish_or_go) {
  EXPECT_TRUE(is_active(*object("{'status':{'phase':'Pending'}}")));
  EXPECT_FALSE(is_active(*object("{'status':{'phase':'Failed'}}")));
  EXPECT_FALSE(is_active(*object("{'metadata':{'deletionTimestamp':'x'}}")));
  EXPECT_TRUE(is_finished(*object("{'status':{'phase':'Succeeded'}}")));
}

} // namespace

} // namespace troupe::policies::controllers
