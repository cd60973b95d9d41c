#include "policies/strategy/binding.hpp"
#include "tests/policies/strategy/documents.hpp"

namespace troupe::policies::strategy {

namespace {
std::string refusal(std::string_view pod,
                    std::string_view binding = R"({"metadata":{"name":"p"},"target":{"name":"n"}})") {
  fixture f;
  auto out = bind_pod(*make(pod), parse(binding), f.now);
  return out ? "" : out.error().message;
}
} // namespace

TEST(binding, assigns_the_pod) {
  fixture f;
  auto out = bind_pod(*make(R"({"metadata":{"name":"p","annotations":{"a":"b"}},"spec":{}})"),
                      parse(R"({"metadata":{"name":"p","annotations":{"c":"d"}},"target":{"name":"n"}})"), f.now);
  ASSERT_TRUE(out);
  EXPECT_EQ(at(*out, {"spec", "nodeName"}), "\"n\"");
  EXPECT_EQ(at(*out, {"metadata", "annotations"}), R"({"a":"b","c":"d"})");
  auto& condition = (*api::array_at(*out, {"status", "conditions"}))[0];
  EXPECT_EQ(api::string_at(condition, {"type"}), "PodScheduled");
  EXPECT_EQ(api::string_at(condition, {"status"}), "True");
}

TEST(binding, is_refused_where_the_pod_cannot_go) {
  EXPECT_EQ(refusal(R"({"metadata":{"name":"p"},"spec":{"nodeName":"m"}})"),
            "Operation cannot be fulfilled on pods/binding \"p\": pod p is already assigned to node \"m\"");
  EXPECT_EQ(
      refusal(R"({"metadata":{"name":"p","deletionTimestamp":"2026-01-01T00:00:00Z"},"spec":{}})"),
      "Operation cannot be fulfilled on pods/binding \"p\": pod p is being deleted, cannot be assigned to a host");
  EXPECT_EQ(refusal(R"({"metadata":{"name":"p"},"spec":{"schedulingGates":[{"name":"g"}]}})"),
            "Operation cannot be fulfilled on pods/binding \"p\": pod p has non-empty .spec.schedulingGates");
  EXPECT_EQ(refusal(R"({"metadata":{"name":"p","uid":"u"},"spec":{}})",
                    R"({"metadata":{"name":"p","uid":"v"},"target":{"name":"n"}})"),
            "Operation cannot be fulfilled on pods/binding \"p\": Precondition failed: UID in precondition: v, UID in "
            "object meta: u");
  EXPECT_EQ(refusal(R"({"metadata":{"name":"p"},"spec":{}})", R"({"metadata":{"name":"q"},"target":{"name":"n"}})"),
            "name in URL does not match name in Binding object");
}

} // namespace troupe::policies::strategy
