#include "policies/election/elector.hpp"
#include <gtest/gtest.h>

namespace troupe::policies::election {

namespace {

using namespace std::chrono_literals;
using kind = election_step::kind;

constexpr instant zero = instant{} + 1h;
const auto wall = *api::parse_time("2026-01-01T00:00:00Z");

/// A Lease in a world of one value: what is written is what is seen.
struct world {
  std::int64_t revision = 10;
  api::object_ptr lease;

  api::object_ptr store(const lease_record& record) {
    lease = api::object::make(new_lease("kube-scheduler", record), ++revision);
    return lease;
  }
  api::object_ptr store(const api::json::object& document) {
    lease = api::object::make(document, ++revision);
    return lease;
  }
  lease_record record() const { return record_of(*lease); }
};

elector_config config_of(std::string identity) {
  elector_config c;
  c.lease = "kube-scheduler";
  c.identity = std::move(identity);
  return c;
}

/// Lets the elector write what it wants to at `now`; what it did.
kind act(elector& e, world& w, instant now) {
  auto step = e.next(now, wall);
  if (step.what != kind::wait) e.written(w.store(step.document), now);
  return step.what;
}

/// Somebody else writes the Lease, and the elector sees it.
void see(elector& e, world& w, const lease_record& record, instant now) {
  auto lease = w.store(record);
  e.observed(lease, lease->revision(), now);
}

elector leader(world& w, instant now, std::string identity = "n1") {
  elector e(config_of(std::move(identity)));
  e.observed({}, w.revision, now);
  EXPECT_EQ(act(e, w, now), kind::create);
  EXPECT_TRUE(e.leading());
  return e;
}

TEST(elector, does_nothing_before_it_knows_the_lease) {
  elector e(config_of("n1"));
  EXPECT_EQ(e.next(zero, wall).what, kind::wait);
  EXPECT_FALSE(e.leading());
}

TEST(elector, makes_a_lease_that_is_not_there) {
  world w;
  auto e = leader(w, zero);
  EXPECT_EQ(w.record().holder, "n1");
  EXPECT_EQ(w.record().transitions, 0);
  EXPECT_EQ(w.record().duration_seconds, 15);
}

TEST(elector, takes_a_lease_when_the_rules_allow_it) {
  struct {
    std::string name, holder;
    duration waits;
    std::int64_t transitions;
    instant acquired_before{};
  } cases[] = {
      {"a released one at once", "", 0s, 5},
      {"its own at once, and it is no transition", "n1", 0s, 4},
      {"that of another after its duration", "n2", 15s, 5},
  };
  for (auto& c : cases) {
    world w;
    elector e(config_of("n1"));
    auto old = wall - std::chrono::hours(1);
    see(e, w, {c.holder, 15, old, old, 4}, zero);
    if (c.waits > 0s) {
      auto step = e.next(zero + c.waits - 1ms, wall);
      EXPECT_EQ(step.what, kind::wait) << c.name;
      EXPECT_EQ(step.next, zero + c.waits) << c.name;
    }
    EXPECT_EQ(act(e, w, zero + c.waits), kind::update) << c.name;
    EXPECT_TRUE(e.leading()) << c.name;
    EXPECT_EQ(w.record().holder, "n1") << c.name;
    EXPECT_EQ(w.record().transitions, c.transitions) << c.name;
    EXPECT_EQ(w.record().acquired, c.holder == "n1" ? old : wall) << c.name;
  }
}

TEST(elector, counts_a_lease_of_another_from_when_it_saw_it_change) {
  world w;
  elector e(config_of("n1"));
  see(e, w, {"n2", 15, wall, wall, 0}, zero);
  see(e, w, {"n2", 15, wall, wall, 0}, zero + 14s);
  e.observed(w.lease, w.revision, zero + 20s); // The same again is no change.
  EXPECT_EQ(e.next(zero + 29s - 1ms, wall).what, kind::wait);
  EXPECT_EQ(e.next(zero + 29s, wall).what, kind::update);
}

TEST(elector, renews_in_time_and_keeps_what_the_lease_says_of_its_begin) {
  world w;
  auto e = leader(w, zero);
  EXPECT_EQ(e.next(zero + 4999ms, wall).what, kind::wait);
  EXPECT_EQ(e.next(zero + 4999ms, wall).next, zero + 5s);
  auto later = wall + std::chrono::seconds(5);
  auto step = e.next(zero + 5s, later);
  ASSERT_EQ(step.what, kind::update);
  e.written(w.store(step.document), zero + 5s);
  EXPECT_EQ(w.record().acquired, wall);
  EXPECT_EQ(w.record().renewed, later);
  EXPECT_EQ(e.next(zero + 5s, wall).next, zero + 10s);
}

TEST(elector, has_one_write_under_way) {
  world w;
  auto e = leader(w, zero);
  EXPECT_EQ(e.next(zero + 5s, wall).what, kind::update);
  EXPECT_EQ(e.next(zero + 6s, wall).what, kind::wait);
}

TEST(elector, stops_at_its_deadline_whatever_became_of_its_writes) {
  for (bool answered : {true, false}) {
    world w;
    auto e = leader(w, zero);
    EXPECT_EQ(e.next(zero + 5s, wall).what, kind::update);
    if (answered) e.failed(zero + 9s);
    auto step = e.next(zero + 9999ms, wall);
    EXPECT_TRUE(e.leading());
    EXPECT_LE(step.next, zero + 10s);
    (void)e.next(zero + 10s, wall);
    EXPECT_FALSE(e.leading()) << "candidates may take the Lease five seconds later";
  }
}

TEST(elector, counts_a_renewal_from_its_begin) {
  world w;
  auto e = leader(w, zero);
  auto step = e.next(zero + 5s, wall);
  e.written(w.store(step.document), zero + 9s);
  EXPECT_EQ(e.next(zero + 9s, wall).next, zero + 10s) << "the next renewal";
  (void)e.next(zero + 14999ms, wall);
  EXPECT_TRUE(e.leading());
  e.failed(zero + 14999ms);
  (void)e.next(zero + 15s, wall);
  EXPECT_FALSE(e.leading());
}

TEST(elector, retries_failed_writes_with_growing_delays) {
  world w;
  elector e(config_of("n1"));
  e.observed({}, w.revision, zero);
  auto now = zero;
  for (auto delay : {5ms, 10ms, 20ms, 40ms, 80ms, 160ms, 320ms, 640ms, 1280ms, 2000ms, 2000ms}) {
    ASSERT_EQ(e.next(now, wall).what, kind::create);
    e.failed(now);
    EXPECT_EQ(e.next(now, wall).next, now + delay);
    now += delay;
  }
  EXPECT_EQ(act(e, w, now), kind::create);
  EXPECT_TRUE(e.leading());
}

TEST(elector, stops_when_the_lease_names_another) {
  world w;
  auto e = leader(w, zero);
  see(e, w, {"n2", 15, wall, wall, 1}, zero + 1s);
  EXPECT_FALSE(e.leading());
  EXPECT_EQ(e.holder(), "n2");
}

TEST(elector, passes_over_what_is_older_than_its_own_write) {
  world w;
  auto e = leader(w, zero);
  e.observed({}, 10, zero);
  e.observed(api::object::make(new_lease("kube-scheduler", {"n2", 15, wall, wall, 1}), 9), 9, zero);
  EXPECT_TRUE(e.leading());
}

TEST(elector, makes_a_deleted_lease_again) {
  world w;
  auto e = leader(w, zero);
  e.observed({}, ++w.revision, zero + 1s);
  EXPECT_TRUE(e.leading()) << "nobody else has it before it is written again";
  EXPECT_EQ(act(e, w, zero + 5s), kind::create);
  EXPECT_TRUE(e.leading());
}

TEST(elector, takes_over_soon_from_a_process_that_ended) {
  world w;
  elector e(config_of("n1"));
  see(e, w, {"n2", 15, wall, wall, 0}, zero);
  e.process_gone("n2", zero + 1s);
  EXPECT_EQ(e.next(zero + 1s, wall).next, zero + 1500ms);
  // What the process wrote last may come after the news of its end.
  see(e, w, {"n2", 15, wall, wall, 0}, zero + 1100ms);
  EXPECT_EQ(e.next(zero + 1499ms, wall).what, kind::wait);
  EXPECT_EQ(act(e, w, zero + 1500ms), kind::update);
  EXPECT_TRUE(e.leading());
  EXPECT_EQ(w.record().transitions, 1);
}

TEST(elector, leaves_the_lease_to_a_holder_that_shows_signs_of_life) {
  world w;
  elector e(config_of("n1"));
  see(e, w, {"n2", 15, wall, wall, 0}, zero);
  e.process_gone("n2", zero + 1s);
  see(e, w, {"n2", 15, wall, wall, 0}, zero + 1250ms);
  EXPECT_EQ(e.next(zero + 2s, wall).what, kind::wait);
  EXPECT_EQ(e.next(zero + 2s, wall).next, zero + 1250ms + 15s);
}

TEST(elector, waits_for_a_process_that_came_back) {
  world w;
  elector e(config_of("n1"));
  see(e, w, {"n2", 15, wall, wall, 0}, zero);
  e.process_gone("n2", zero);
  e.process_back("n2");
  EXPECT_EQ(e.next(zero + 1s, wall).next, zero + 15s);
}

TEST(elector, does_not_mind_the_end_of_other_candidates) {
  world w;
  elector e(config_of("n1"));
  see(e, w, {"n2", 15, wall, wall, 0}, zero);
  e.process_gone("n3", zero);
  EXPECT_EQ(e.next(zero + 1s, wall).next, zero + 15s);
}

TEST(elector, shows_itself_often_after_it_lost_a_peer) {
  world w;
  auto e = leader(w, zero);
  e.process_gone("n2", zero + 1s);
  int renewals = 0;
  for (auto now = zero + 1s; now < zero + 12s; now += 10ms) renewals += act(e, w, now) != kind::wait;
  EXPECT_GE(renewals, 20);
  EXPECT_LE(renewals, 23) << "five seconds of it, then as ever";
}

TEST(elector, gives_the_lease_back) {
  world w;
  auto e = leader(w, zero);
  e.resign();
  EXPECT_FALSE(e.resigned());
  EXPECT_EQ(act(e, w, zero + 1s), kind::update);
  EXPECT_TRUE(e.resigned());
  EXPECT_FALSE(e.leading());
  EXPECT_EQ(w.record().holder, "");
  EXPECT_EQ(w.record().duration_seconds, 1);
  EXPECT_EQ(w.record().transitions, 0);
  EXPECT_EQ(e.next(zero + 2s, wall).what, kind::wait) << "it does not take it again";
}

TEST(elector, that_never_led_resigns_without_a_write) {
  world w;
  elector e(config_of("n1"));
  see(e, w, {"n2", 15, wall, wall, 0}, zero);
  e.resign();
  EXPECT_TRUE(e.resigned());
  EXPECT_EQ(e.next(zero + 1h, wall).what, kind::wait);
}

TEST(elector, gives_back_what_a_write_under_way_brought_it) {
  world w;
  elector e(config_of("n1"));
  e.observed({}, w.revision, zero);
  auto step = e.next(zero, wall);
  e.resign();
  EXPECT_FALSE(e.resigned());
  e.written(w.store(step.document), zero + 1ms);
  EXPECT_FALSE(e.leading());
  EXPECT_EQ(act(e, w, zero + 1ms), kind::update);
  EXPECT_TRUE(e.resigned());
}

TEST(elector, two_candidates_never_lead_at_once) {
  // The revision of the write that came first refuses the other one.
  world w;
  elector a(config_of("a")), b(config_of("b"));
  w.store({"", 1, wall, wall, 0});
  a.observed(w.lease, w.revision, zero);
  b.observed(w.lease, w.revision, zero);
  auto of_a = a.next(zero, wall), of_b = b.next(zero, wall);
  EXPECT_EQ(api::string_at(of_a.document, {"metadata", "resourceVersion"}),
            api::string_at(of_b.document, {"metadata", "resourceVersion"}));
  a.written(w.store(of_a.document), zero);
  b.failed(zero);
  b.observed(w.lease, w.revision, zero + 1ms);
  EXPECT_TRUE(a.leading());
  EXPECT_FALSE(b.leading());
  EXPECT_EQ(b.next(zero + 5ms, wall).what, kind::wait);
}

} // namespace

} // namespace troupe::policies::election
