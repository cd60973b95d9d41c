#include "tools/chaos/live/status.hpp"
#include <gmock/gmock.h>

namespace troupe::tools::chaos::live {
namespace {

const std::vector<known_run> two = {
  {{.id = "a1",
    .harness = {42, 1},
    .folder = "/tmp/troupe-chaos-a1",
    .namespaces = {"troupe-chaos-a1-bridge", "troupe-chaos-a1-1", "troupe-chaos-a1-2"},
    .faults = {"at 1000 ms for 2000 ms: pause master1", "at 1500 ms for 2000 ms: crash master2"}},
   true},
  {{.id = "b2", .harness = {43, 1}, .folder = "/tmp/troupe-chaos-b2"}, false},
};

TEST(live_status, is_a_table_with_a_line_for_each_fault) {
  EXPECT_EQ(table_of(two), "RUN               STATE     HARNESS  HOSTS  FAULTS UNDER WAY\n"
                           "a1                goes on        42      2  at 1000 ms for 2000 ms: pause master1\n"
                           "                                            at 1500 ms for 2000 ms: crash master2\n"
                           "b2                dead           43      0  none\n");
}

TEST(live_status, says_that_there_is_nothing) {
  EXPECT_EQ(table_of({}), "no live run is on this machine\n");
  EXPECT_EQ(api::json::serialize(document_of({})), R"({"runs":[]})");
}

TEST(live_status, is_a_document_for_programs) {
  auto document = document_of(two);
  auto* runs = api::array_at(document, {"runs"});
  ASSERT_TRUE(runs && runs->size() == 2);
  EXPECT_EQ(api::json::serialize((*runs)[0]),
            R"({"run":"a1","goesOn":true,"harness":42,"hosts":2,"folder":"/tmp/troupe-chaos-a1",)"
            R"("faults":["at 1000 ms for 2000 ms: pause master1","at 1500 ms for 2000 ms: crash master2"]})");
  EXPECT_FALSE((*runs)[1].as_object().at("goesOn").as_bool());
}

} // namespace
} // namespace troupe::tools::chaos::live
