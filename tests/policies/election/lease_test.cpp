#include "policies/election/lease.hpp"
#include <gtest/gtest.h>

namespace troupe::policies::election {

namespace {

const lease_record sample{"n1", 15, *api::parse_time("2026-01-01T00:00:00.000001Z"),
                          *api::parse_time("2026-01-01T00:00:05.5Z"), 3};

TEST(lease, is_written_as_client_go_writes_it) {
  auto lease = api::object::make(new_lease("kube-scheduler", sample), 7);
  EXPECT_EQ(lease->key().text(), (api::object_key{"kube-system", "kube-scheduler"}).text());
  EXPECT_EQ(api::json::serialize(lease->spec()),
            R"({"holderIdentity":"n1","leaseDurationSeconds":15,"acquireTime":"2026-01-01T00:00:00.000001Z",)"
            R"("renewTime":"2026-01-01T00:00:05.500000Z","leaseTransitions":3})");
  auto read = record_of(*lease);
  EXPECT_EQ(read.holder, "n1");
  EXPECT_EQ(read.duration_seconds, 15);
  EXPECT_EQ(read.acquired, sample.acquired);
  EXPECT_EQ(read.renewed, sample.renewed);
  EXPECT_EQ(read.transitions, 3);
}

TEST(lease, without_members_is_free) {
  auto read = record_of(*api::object::make({{"kind", "Lease"}, {"metadata", api::json::object{}}}));
  EXPECT_EQ(read.holder, "");
  EXPECT_EQ(read.duration_seconds, 0);
  EXPECT_EQ(read.transitions, 0);
}

TEST(lease, is_changed_at_its_revision_and_keeps_its_labels) {
  auto before = new_lease("kube-scheduler", sample);
  api::set_at(before, {"metadata", "labels"}, {{"a", "b"}});
  api::set_at(before, {"metadata", "managedFields"}, api::json::array{});
  auto record = sample;
  record.holder = "";
  auto after = changed_lease(*api::object::make(before, 9), record);
  EXPECT_EQ(api::string_at(after, {"metadata", "resourceVersion"}), "9");
  EXPECT_EQ(api::string_at(after, {"metadata", "labels", "a"}), "b");
  EXPECT_EQ(api::find(after, {"metadata", "managedFields"}), nullptr);
  ASSERT_NE(api::find(after, {"spec", "holderIdentity"}), nullptr) << "a released Lease says so";
  EXPECT_EQ(api::string_at(after, {"spec", "holderIdentity"}), "");
}

} // namespace

} // namespace troupe::policies::election
