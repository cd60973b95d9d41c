#include "policies/joining/admission.hpp"
#include <gtest/gtest.h>

namespace troupe::policies::joining {
namespace {

using cluster::node_record;

constexpr std::int64_t now = 1'795'000'000;

node_record first() {
  return {1, "host1", true, true, "10.0.0.1", 6440, 6443, "10.244.0.0/24", "0.1.0", now - 1000, false};
}

struct world {
  cluster_view cluster{{first()}, 1, "10.244.0.0/16", "0.1.0", now};
  token_record token{.id = "bcd246",
                     .salt = "s",
                     .hash = "h",
                     .control_plane = true,
                     .worker = true,
                     .created = now,
                     .expires = now + 3600};
  join_request request;
  world() {
    request.clock = now;
    request.program = "0.1.0";
    request.name = "host2";
    request.address = "10.0.0.2";
    request.link_port = 6440;
    request.api_port = 6443;
  }
  [[nodiscard]] api::result<node_record> admit() const { return joining::admit(request, &token, cluster, nullptr); }
};

TEST(admission, a_node_gets_the_next_id_and_the_next_range) {
  world w;
  auto made = w.admit();
  ASSERT_TRUE(made.has_value()) << made.error().message;
  EXPECT_EQ(*made, (node_record{2, "host2", false, true, "10.0.0.2", 6440, 0, "10.244.1.0/24", "0.1.0", now, false}));
  w.request.control_plane = true;
  EXPECT_EQ(w.admit()->api_port, 6443);
}

TEST(admission, ids_are_never_given_twice) {
  world w;
  auto gone = first();
  gone.id = 7;
  gone.name = "host2";
  gone.removed = true;
  gone.pod_cidr = "10.244.1.0/24";
  w.cluster.nodes.push_back(gone);
  auto made = w.admit();
  ASSERT_TRUE(made.has_value()) << made.error().message;
  EXPECT_EQ(made->id, 8U);
  EXPECT_EQ(made->name, "host2"); // The name of a removed node is free, and so is its range.
  EXPECT_EQ(made->pod_cidr, "10.244.1.0/24");
  w.cluster.last_id = 20;
  EXPECT_EQ(w.admit()->id, 21U);
}

TEST(admission, refusals_say_what_to_do) {
  struct refusal {
    const char* name;
    std::function<void(world&)> change;
    int code;
    std::vector<std::string> says;
  };
  const refusal cases[] = {
      {"an expired token", [](world& w) { w.token.expires = now; }, 401, {"expired", "troupe token create"}},
      {"a token that is used up", [](world& w) { w.token.uses_left = 0; }, 401, {"used", "troupe token create"}},
      {"a role that the token does not give",
       [](world& w) { w.token.control_plane = false, w.request.control_plane = true; },
       403,
       {"control-plane", "--roles worker", "troupe token create --roles control-plane,worker"}},
      {"no role", [](world& w) { w.request.worker = false; }, 400, {"--roles"}},
      {"a clock that is behind", [](world& w) { w.request.clock = now - 241; }, 400, {"241 s behind", "NTP"}},
      {"a clock that is ahead", [](world& w) { w.request.clock = now + 3600; }, 400, {"3600 s ahead of", "NTP"}},
      {"an old program", [](world& w) { w.cluster.program = "0.3.0"; }, 400, {"too old", "install troupe 0.3.0"}},
      {"a new program", [](world& w) { w.request.program = "0.3.0"; }, 400, {"too new", "upgrade the cluster"}},
      {"a program of another kind", [](world& w) { w.request.program = "x"; }, 400, {"no version"}},
      {"another protocol", [](world& w) { w.request.protocol = 2; }, 400, {"protocol 2", "install troupe 0.1.0"}},
      {"a name that is taken",
       [](world& w) { w.request.name = "host1"; },
       409,
       {"host1", "--node-name", "troupe node remove host1"}},
      {"a name that is none", [](world& w) { w.request.name = "Host_2"; }, 400, {"Host_2", "--node-name"}},
      {"a name that no certificate can hold",
       [](world& w) { w.request.name = std::string(53, 'a'); },
       400,
       {"at most 52", "--node-name"}},
      {"an empty name", [](world& w) { w.request.name = ""; }, 400, {"--node-name"}},
      {"no port", [](world& w) { w.request.link_port = 0; }, 400, {"port"}},
      {"no port of the API", [](world& w) { w.request.control_plane = true, w.request.api_port = 0; }, 400, {"port"}},
      {"a cluster that is full",
       [](world& w) { w.cluster.cluster_cidr = "10.244.0.0/24"; },
       503,
       {"10.244.0.0/24", "troupe node remove"}},
  };
  for (auto& c : cases) {
    world w;
    c.change(w);
    auto got = w.admit();
    ASSERT_FALSE(got.has_value()) << c.name;
    EXPECT_EQ(got.error().code, c.code) << c.name;
    for (auto& text : c.says)
      EXPECT_NE(got.error().message.find(text), std::string::npos) << c.name << ": " << got.error().message;
  }
  world w;
  auto stranger = admit(w.request, nullptr, w.cluster, nullptr);
  ASSERT_FALSE(stranger.has_value());
  EXPECT_EQ(stranger.error().code, 401);
  EXPECT_NE(stranger.error().message.find("troupe token create"), std::string::npos);
}

TEST(admission, a_small_skew_is_forgiven) {
  for (auto by : {-240, 240}) {
    world w;
    w.request.clock = now + by;
    EXPECT_TRUE(w.admit().has_value()) << by;
  }
}

TEST(admission, who_asks_again_with_the_same_key_is_the_same_node) {
  world w;
  auto made = *w.admit();
  w.cluster.nodes.push_back(made);
  w.cluster.last_id = 2;
  w.token.uses_left = 0; // Its first answer was lost.
  EXPECT_EQ(*admit(w.request, &w.token, w.cluster, &made), made);
  w.token.uses_left = 1;
  auto other = w.request;
  other.name = "host3";
  EXPECT_EQ(admit(other, &w.token, w.cluster, &made)->id, 3U);
  w.cluster.nodes.back().removed = true;
  made.removed = true;
  EXPECT_EQ(admit(w.request, &w.token, w.cluster, &made)->id, 3U);
}

TEST(admission, ranges_for_pods_do_not_overlap) {
  auto with = [](std::vector<std::string> ranges) {
    std::vector<node_record> nodes;
    for (auto& r : ranges) {
      nodes.push_back(first());
      nodes.back().pod_cidr = r;
    }
    return nodes;
  };
  struct range_case {
    const char* name;
    std::string cluster;
    std::vector<std::string> used;
    std::optional<std::string> next;
  };
  const range_case cases[] = {
      {"the first one", "10.1.0.0/16", {}, "10.1.0.0/24"},
      {"a gap", "10.1.0.0/16", {"10.1.2.0/24", "10.1.0.0/24"}, "10.1.1.0/24"},
      {"behind a wider one", "10.1.0.0/16", {"10.1.0.0/23"}, "10.1.2.0/24"},
      {"beside a narrower one", "10.1.0.0/16", {"10.1.0.128/25"}, "10.1.1.0/24"},
      {"ranges from elsewhere do not count", "10.1.0.0/16", {"10.2.0.0/24", "192.168.0.0/24", "x"}, "10.1.0.0/24"},
      {"the last one", "10.1.0.0/23", {"10.1.0.0/24"}, "10.1.1.0/24"},
      {"none left", "10.1.0.0/23", {"10.1.0.0/24", "10.1.1.0/24"}, std::nullopt},
      {"all in one", "10.1.0.0/16", {"10.0.0.0/8"}, std::nullopt},
      {"a cluster that is too small", "10.1.0.0/25", {}, std::nullopt},
      {"no range", "", {}, std::nullopt},
  };
  for (auto& c : cases)
    EXPECT_EQ(free_pod_range(c.cluster, with(c.used)), c.next) << c.name;
}

TEST(admission, versions_may_differ_by_one_step) {
  struct version_case {
    const char *node, *cluster;
    fit what;
  };
  for (auto& c : {version_case{"0.1.0", "0.1.9", fit::good},
                  {"0.2.0", "0.1.0", fit::good},
                  {"0.1.0", "0.2.0", fit::good},
                  {"0.3.0", "0.1.0", fit::too_new},
                  {"0.1.0", "0.3.0", fit::too_old},
                  {"1.0.0", "0.9.0", fit::too_new},
                  {"0.9.0", "1.0.0", fit::too_old},
                  {"", "0.1.0", fit::unreadable},
                  {"1", "0.1.0", fit::unreadable},
                  {"0.x", "0.1.0", fit::unreadable},
                  {"0.1-a", "0.1.0", fit::unreadable}})
    EXPECT_EQ(version_fit(c.node, c.cluster), c.what) << c.node << " in " << c.cluster;
}

TEST(admission, the_last_control_plane_node_stays) {
  auto worker = first();
  worker.id = 2;
  worker.name = "host2";
  worker.control_plane = false;
  std::vector<node_record> nodes{first(), worker};
  EXPECT_EQ(may_remove("host2", nodes)->id, 2U);
  auto last = may_remove("host1", nodes);
  ASSERT_FALSE(last.has_value());
  EXPECT_EQ(last.error().code, 409);
  EXPECT_EQ(may_remove("host9", nodes).error().message, "nodes \"host9\" not found");
  nodes.push_back(first());
  nodes.back().id = 3;
  nodes.back().name = "host3";
  EXPECT_TRUE(may_remove("host1", nodes).has_value());
  nodes.back().removed = true;
  EXPECT_FALSE(may_remove("host1", nodes).has_value());
  EXPECT_FALSE(may_remove("host3", nodes).has_value());
}

} // namespace
} // namespace troupe::policies::joining
