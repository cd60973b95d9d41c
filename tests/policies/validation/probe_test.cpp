#include "tests/policies/validation/rule_table.hpp"

namespace troupe::policies::validation {

TEST(probe, handlers_and_numbers) {
  auto probe = [](std::string_view name, std::string_view body) { return std::vector<change>{{name, body}}; };
  constexpr std::string_view live = "spec.containers[0].livenessProbe", ready = "spec.containers[0].readinessProbe";
  run_rules(
      "v1", "Pod", valid_pod,
      {{"a command", probe(ready, R"({"exec":{"command":["a"]}})"), {}},
       {"an empty command",
        probe(ready, R"({"exec":{}})"),
        {"spec.containers[0].readinessProbe.exec.command: Required value"}},
       {"no handler",
        probe(ready, "{}"),
        {"spec.containers[0].readinessProbe: Required value: must specify a handler type"}},
       {"two handlers",
        probe(ready, R"({"exec":{"command":["a"]},"tcpSocket":{"port":1}})"),
        {"spec.containers[0].readinessProbe.tcpSocket: Forbidden: may not specify more than 1 handler type"}},
       {"http",
        probe(ready, R"({"httpGet":{"path":"/","port":"web","scheme":"HTTP","httpHeaders":[{"name":"X-A",
"value":"b"}]}})"),
        {}},
       {"http without a path",
        probe(ready, R"({"httpGet":{"port":80,"scheme":"HTTP"}})"),
        {"spec.containers[0].readinessProbe.httpGet.path: Required value"}},
       {"http to nowhere",
        probe(ready, R"({"httpGet":{"path":"/","port":0,"scheme":"HTTP"}})"),
        {"spec.containers[0].readinessProbe.httpGet.port: Invalid value: 0: must be between 1 and 65535, inclusive"}},
       {"a bad scheme",
        probe(ready, R"({"httpGet":{"path":"/","port":80,"scheme":"FTP"}})"),
        {"spec.containers[0].readinessProbe.httpGet.scheme: Unsupported value: \"FTP\": supported values: \"HTTP\", "
         "\"HTTPS\""}},
       {"a bad header",
        probe(ready, R"({"httpGet":{"path":"/","port":80,"scheme":"HTTP","httpHeaders":[{"name":"a b"}]}})"),
        {"spec.containers[0].readinessProbe.httpGet.httpHeaders: Invalid value: \"a b\": a valid HTTP header..."}},
       {"a negative period",
        probe(ready, R"({"tcpSocket":{"port":1},"periodSeconds":-1})"),
        {"spec.containers[0].readinessProbe.periodSeconds: Invalid value: -1: must be greater than or equal to 0"}},
       {"liveness succeeds at once", probe(live, R"({"tcpSocket":{"port":1},"successThreshold":1})"), {}},
       {"or not at all",
        probe(live, R"({"tcpSocket":{"port":1},"successThreshold":2})"),
        {"spec.containers[0].livenessProbe.successThreshold: Invalid value: 2: must be 1"}},
       {"readiness ends nothing",
        probe(ready, R"({"tcpSocket":{"port":1},"terminationGracePeriodSeconds":5})"),
        {"spec.containers[0].readinessProbe.terminationGracePeriodSeconds: Invalid value: 5: must not be set for "
         "readinessProbes"}},
       {"no time to end",
        probe(live, R"({"tcpSocket":{"port":1},"successThreshold":1,"terminationGracePeriodSeconds":0})"),
        {"spec.containers[0].livenessProbe.terminationGracePeriodSeconds: Invalid value: 0: must be greater than 0"}}});
}

TEST(probe, hooks) {
  run_rules("v1", "Pod", valid_pod,
            {{"a sleep within the grace period",
              {{"spec.containers[0].lifecycle.preStop", R"({"sleep":{"seconds":30}})"}},
              {}},
             {"a longer one",
              {{"spec.containers[0].lifecycle.preStop", R"({"sleep":{"seconds":31}})"}},
              {"spec.containers[0].lifecycle.preStop.sleep: Invalid value: 31: must be greater than 0 and ..."}},
             {"nothing to do",
              {{"spec.containers[0].lifecycle.postStart", "{}"}},
              {"spec.containers[0].lifecycle.postStart: Required value: must specify a handler type"}}});
}

} // namespace troupe::policies::validation
