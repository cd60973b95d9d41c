#include "actors/runtime/session.hpp"
#include <gtest/gtest.h>

namespace troupe::actors::runtime {
namespace {

TEST(session, the_statuses_are_what_clients_of_kubernetes_expect) {
  EXPECT_EQ(exit_status({"ls"}, 0), R"({"metadata":{},"status":"Success"})");
  EXPECT_EQ(
      exit_status({"sh", "-c"}, 3),
      R"({"metadata":{},"status":"Failure","message":"command terminated with non-zero exit code: error executing )"
      R"(command [sh -c], exit code 3","reason":"NonZeroExitCode","details":{"causes":[{"reason":"ExitCode",)"
      R"("message":"3"}]}})");
  auto failed = failure_status("kaputt");
  EXPECT_NE(failed.find("Internal error occurred: kaputt"), std::string::npos) << failed;
  EXPECT_NE(failed.find(R"("code":500)"), std::string::npos) << failed;
}

} // namespace
} // namespace troupe::actors::runtime
