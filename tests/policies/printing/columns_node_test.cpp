#include "row_of.hpp"
#include <gtest/gtest.h>

namespace troupe::policies::printing {

namespace {

TEST(columns_node, nodes) {
  EXPECT_EQ(
      row_of("", "Node", R"({"metadata":{"name":"x","creationTimestamp":"2026-11-22T11:00:00Z","labels":{
              "node-role.kubernetes.io/control-plane":"","kubernetes.io/role":"worker","a":"b"}},
              "spec":{"unschedulable":true},"status":{"conditions":[{"type":"Ready","status":"True"}],
              "addresses":[{"type":"InternalIP","address":"10.0.0.1"}],"nodeInfo":{"kubeletVersion":"v1.32.0",
              "osImage":"Debian","kernelVersion":"6.1","containerRuntimeVersion":"troupe://1"}}})"),
      R"(["x","Ready,SchedulingDisabled","control-plane,worker","60m","v1.32.0","10.0.0.1","<none>","Debian","6.1",)"
      R"("troupe://1"])");
  EXPECT_EQ(row_of("", "Node", made(R"("status":{"conditions":[{"type":"Ready","status":"Unknown"}]})")),
            R"(["x","NotReady","<none>","60m","","<none>","<none>","<unknown>","<unknown>","<unknown>"])");
  EXPECT_EQ(row_of("", "Node", made(R"("status":{})")),
            R"(["x","Unknown","<none>","60m","","<none>","<none>","<unknown>","<unknown>","<unknown>"])");
}

TEST(columns_node, events) {
  EXPECT_EQ(row_of("", "Event", made(R"("type":"Normal","reason":"Pulled","message":" m \n","count":3,
              "involvedObject":{"kind":"Pod","name":"p","fieldPath":"spec.containers{c}"},
              "source":{"component":"kubelet","host":"n1"},"firstTimestamp":"2026-11-22T11:50:00Z",
              "lastTimestamp":"2026-11-22T11:59:00Z")")),
            R"(["60s","Normal","Pulled","pod/p","spec.containers{c}","kubelet, n1","m","10m",3,"x"])");
  EXPECT_EQ(row_of("", "Event", made(R"("type":"Warning","reason":"R","message":"","involvedObject":{"kind":"Node"},
              "reportingComponent":"c","reportingInstance":"i","eventTime":"2026-11-22T11:00:00.000000Z",
              "series":{"count":9,"lastObservedTime":"2026-11-22T11:59:58.000000Z"})")),
            R"(["2s","Warning","R","node","","c, i","","60m",9,"x"])");
  EXPECT_EQ(row_of("events.k8s.io", "Event", made(R"("type":"Normal","reason":"R","note":"n","regarding":{"kind":"Pod",
              "name":"p"},"reportingController":"c","eventTime":"2026-11-22T11:00:00.000000Z")")),
            R"(["60m","Normal","R","pod/p","","c","n","60m",1,"x"])");
}

TEST(columns_node, small_ones) {
  EXPECT_EQ(row_of("coordination.k8s.io", "Lease", made(R"("spec":{"holderIdentity":"h"})")), R"(["x","h","60m"])");
  EXPECT_EQ(row_of("node.k8s.io", "RuntimeClass", made(R"("handler":"runc")")), R"(["x","runc","60m"])");
}

} // namespace

} // namespace troupe::policies::printing
