#include "policies/schema/conversion.hpp"
#include <gtest/gtest.h>

namespace troupe::policies::schema {
namespace {

TEST(conversion_event, goes_both_ways_without_loss) {
  auto served =
      json::parse(
          R"({"kind":"Event","apiVersion":"events.k8s.io/v1","metadata":{"name":"e","creationTimestamp":null},)"
          R"("eventTime":)"
          R"("2026-11-22T16:02:28.123456Z","reportingController":"kubelet","reportingInstance":"n1",)"
          R"("action":"Pulling","reason":)"
          R"("Pulled","regarding":{"kind":"Pod","name":"p"},"note":"text","type":"Normal",)"
          R"("deprecatedSource":{"component":"k"},)"
          R"("deprecatedFirstTimestamp":null,"deprecatedLastTimestamp":null,"deprecatedCount":2})")
          .get_object();
  auto stored = event_to_core(served);
  EXPECT_EQ(
      json::serialize(stored),
      R"({"kind":"Event","apiVersion":"v1","metadata":{"name":"e","creationTimestamp":null},)"
      R"("involvedObject":{"kind":"Pod",)"
      R"("name":"p"},"reason":"Pulled","message":"text","source":{"component":"k"},"firstTimestamp":null,)"
      R"("lastTimestamp":null,)"
      R"("count":2,"type":"Normal","eventTime":"2026-11-22T16:02:28.123456Z","action":"Pulling",)"
      R"("reportingComponent":"kubelet",)"
      R"("reportingInstance":"n1"})");
  EXPECT_EQ(json::serialize(event_from_core(stored)), json::serialize(served));
}

} // namespace
} // namespace troupe::policies::schema
