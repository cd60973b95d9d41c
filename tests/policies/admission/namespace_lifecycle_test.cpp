#include "tests/policies/admission/world.hpp"

namespace troupe::policies::admission {

TEST(namespace_lifecycle, a_missing_namespace_is_not_found) {
  world w;
  w.req.ns = "x";
  auto out = mutate(w.req, w);
  ASSERT_FALSE(out);
  EXPECT_EQ(out.error().code, 404);
  EXPECT_EQ(out.error().message, "namespaces \"x\" not found");
}

TEST(namespace_lifecycle, a_namespace_that_ends_takes_nothing_new) {
  world w;
  w.namespaces["n"] = make(R"({"metadata":{"name":"n"},"status":{"phase":"Terminating"}})");
  auto out = mutate(w.req, w);
  ASSERT_FALSE(out);
  EXPECT_EQ(out.error().code, 403);
  EXPECT_EQ(out.error().message,
            "pods \"p\" is forbidden: unable to create new content in namespace n because it is being terminated");
  ASSERT_EQ(out.error().details.causes.size(), 1u);
  EXPECT_EQ(out.error().details.causes[0].reason, "NamespaceTerminating");
  EXPECT_EQ(out.error().details.causes[0].message, "namespace n is being terminated");
  w.req.what = operation::update;
  EXPECT_EQ(w.mutated(), "");
}

} // namespace troupe::policies::admission
