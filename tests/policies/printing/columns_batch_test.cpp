#include "row_of.hpp"
#include <gtest/gtest.h>

namespace troupe::policies::printing {

namespace {

TEST(columns_batch, jobs) {
  struct { std::string members, row; } cases[] = {
    {R"("spec":{"completions":3,"selector":{"matchLabels":{"a":"b"}}},"status":{"succeeded":1,
       "startTime":"2026-11-22T11:58:00Z"})",
     R"(["x","Running","1/3","2m","60m","","","a=b"])"},
    {R"("spec":{"completions":1},"status":{"succeeded":1,"startTime":"2026-11-22T11:00:00Z",
       "completionTime":"2026-11-22T11:00:05Z","conditions":[{"type":"Complete","status":"True"}]})",
     R"(["x","Complete","1/1","5s","60m","","","<none>"])"},
    {R"("spec":{"parallelism":4},"status":{"conditions":[{"type":"Failed","status":"True"}]})",
     R"(["x","Failed","0/1 of 4","","60m","","","<none>"])"},
    {R"("spec":{},"status":{"conditions":[{"type":"Suspended","status":"True"}]})",
     R"(["x","Suspended","0/1","","60m","","","<none>"])"},
  };
  for (auto& c : cases) EXPECT_EQ(row_of("batch", "Job", made(c.members)), c.row);
}

TEST(columns_batch, cron_jobs) {
  EXPECT_EQ(row_of("batch", "CronJob", made(R"("spec":{"schedule":"* * * * *","suspend":false,"jobTemplate":{"spec":{
              "template":{"spec":{"containers":[{"name":"c","image":"i"}]}}}}},
              "status":{"active":[{}],"lastScheduleTime":"2026-11-22T11:59:30Z"})")),
            R"(["x","* * * * *","<none>","False",1,"30s","60m","c","i","<none>"])");
  EXPECT_EQ(row_of("batch", "CronJob", made(R"("spec":{"timeZone":"Etc/UTC","schedule":"@daily"})")),
            R"(["x","@daily","Etc/UTC","<unset>",0,"<none>","60m","","","<none>"])");
}

TEST(columns_batch, autoscalers) {
  EXPECT_EQ(row_of("autoscaling", "HorizontalPodAutoscaler", made(R"("spec":{"maxReplicas":5,
              "scaleTargetRef":{"kind":"Deployment","name":"d"},"metrics":[
              {"type":"Resource","resource":{"name":"cpu","target":{"averageUtilization":80}}},
              {"type":"Pods","pods":{"target":{"averageValue":"10"}}},{"type":"Nonsense"}]},
              "status":{"currentReplicas":2,"currentMetrics":[
              {"type":"Resource","resource":{"name":"cpu","current":{"averageUtilization":50}}}]})")),
            R"(["x","Deployment/d","cpu: 50%/80%, <unknown>/10 + 1 more...","<unset>",5,2,"60m"])");
  EXPECT_EQ(row_of("autoscaling", "HorizontalPodAutoscaler", made(R"("spec":{"minReplicas":1,"maxReplicas":2,
              "scaleTargetRef":{"kind":"Deployment","name":"d"},"metrics":[
              {"type":"External","external":{"target":{"value":"3"}}},
              {"type":"Resource","resource":{"name":"cpu","target":{}}}]})")),
            R"(["x","Deployment/d","<unknown>/3, cpu: <unknown>/<auto>","1",2,0,"60m"])");
  EXPECT_EQ(row_of("autoscaling", "HorizontalPodAutoscaler", made(R"("spec":{})")),
            R"(["x","/","<none>","<unset>",0,0,"60m"])");
}

} // namespace

} // namespace troupe::policies::printing
