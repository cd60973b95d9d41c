#include "tests/policies/strategy/documents.hpp"

namespace troupe::policies::strategy {

TEST(core_strategy, a_new_namespace_is_active_and_guarded) {
  fixture f;
  auto body = parse(R"({"metadata":{"name":"n"},"status":{"phase":"Terminating"}})");
  prepare_for_create(namespace_kind, body, f.ctx);
  EXPECT_EQ(at(body, {"spec", "finalizers"}), R"(["kubernetes"])");
  EXPECT_EQ(at(body, {"status"}), R"({"phase":"Active"})");
  EXPECT_EQ(at(body, {"metadata", "labels", "kubernetes.io/metadata.name"}), "\"n\"");
}

TEST(core_strategy, only_finalize_changes_the_guards_of_a_namespace) {
  fixture f;
  auto old = parse(R"({"metadata":{"name":"n"},"spec":{"finalizers":["kubernetes"]},
"status":{"phase":"Terminating"}})");
  auto plain = parse(R"({"metadata":{"name":"n"},"spec":{"finalizers":[]}})"), finalize = plain;
  prepare_for_update(namespace_kind, "", plain, old, f.ctx);
  EXPECT_EQ(at(plain, {"spec", "finalizers"}), R"(["kubernetes"])");
  prepare_for_update(namespace_kind, "finalize", finalize, old, f.ctx);
  EXPECT_EQ(at(finalize, {"spec", "finalizers"}), "[]");
  EXPECT_EQ(at(finalize, {"status", "phase"}), "\"Terminating\"");
}

TEST(core_strategy, small_clean_ups) {
  fixture f;
  auto account = parse(R"({"metadata":{"name":"a"},"secrets":[{"name":"s","namespace":"x"}]})");
  prepare_for_create({"", "v1", "ServiceAccount"}, account, f.ctx);
  EXPECT_EQ(at(account, {"secrets"}), R"([{"name":"s"}])");
  auto lease = parse(R"({"metadata":{"name":"l"},"spec":{"strategy":"OldestEmulationVersion","holderIdentity":"h"}})");
  prepare_for_create({"coordination.k8s.io", "v1", "Lease"}, lease, f.ctx);
  EXPECT_EQ(at(lease, {"spec"}), R"({"holderIdentity":"h"})");
}

TEST(core_strategy, claims_name_their_source_in_both_forms) {
  fixture f;
  const api::group_version_kind claim{"", "v1", "PersistentVolumeClaim"};
  auto known = parse(R"({"metadata":{"name":"c"},"spec":{"dataSource":{"kind":"PersistentVolumeClaim","name":"x"}}})");
  prepare_for_create(claim, known, f.ctx);
  EXPECT_EQ(at(known, {"spec", "dataSourceRef"}), R"({"kind":"PersistentVolumeClaim","name":"x"})");
  auto unknown = parse(R"({"metadata":{"name":"c"},"spec":{"dataSource":{"kind":"Thing","name":"x"}}})");
  prepare_for_create(claim, unknown, f.ctx);
  EXPECT_EQ(at(unknown, {"spec"}), "{}");
}

TEST(core_strategy, volumes_note_when_their_phase_changed) {
  fixture f;
  auto old = parse(R"({"metadata":{"name":"v"},"status":{"phase":"Available",
"lastPhaseTransitionTime":"2025-01-01T00:00:00Z"}})");
  auto same = parse(R"({"metadata":{"name":"v"},"status":{"phase":"Available"}})"),
       other = parse(R"({"metadata":{"name":"v"},"status":{"phase":"Bound"}})");
  prepare_for_update({"", "v1", "PersistentVolume"}, "status", same, old, f.ctx);
  EXPECT_EQ(at(same, {"status", "lastPhaseTransitionTime"}), "\"2025-01-01T00:00:00Z\"");
  prepare_for_update({"", "v1", "PersistentVolume"}, "status", other, old, f.ctx);
  EXPECT_EQ(at(other, {"status", "lastPhaseTransitionTime"}), "\"2026-01-01T12:00:00Z\"");
}

} // namespace troupe::policies::strategy
