#include "tests/policies/validation/rule_table.hpp"

namespace troupe::policies::validation {

namespace {
constexpr std::string_view second =
    R"({"name":"d","image":"i","imagePullPolicy":"Always","terminationMessagePolicy":"File"})";
}

TEST(container, members) {
  run_rules("v1", "Pod", valid_pod,
            {{"no name", {{"spec.containers[0].name", R"("")"}}, {"spec.containers[0].name: Required value"}},
             {"a bad name",
              {{"spec.containers[0].name", R"("C")"}},
              {"spec.containers[0].name: Invalid value: \"C\": a lowercase RFC 1123 label..."}},
             {"no image", {{"spec.containers[0].image", R"("")"}}, {"spec.containers[0].image: Required value"}},
             {"no pull policy",
              {{"spec.containers[0].imagePullPolicy", "-"}},
              {"spec.containers[0].imagePullPolicy: Required value"}},
             {"a bad pull policy",
              {{"spec.containers[0].imagePullPolicy", R"("x")"}},
              {"spec.containers[0].imagePullPolicy: Unsupported value: \"x\": supported values: \"Always\", "
               "\"IfNotPresent\", \"Never\""}},
             {"a bad message policy",
              {{"spec.containers[0].terminationMessagePolicy", R"("x")"}},
              {"spec.containers[0].terminationMessagePolicy: Unsupported value: \"x\": supported values: \"File\", "
               "\"FallbackToLogsOnError\""}},
             {"its own restart policy",
              {{"spec.containers[0].restartPolicy", R"("Always")"}},
              {"spec.containers[0].restartPolicy: Forbidden: may not be set for non-init containers"}},
             {"a second one", {{"spec.containers[1]", second}}, {}},
             {"the same name",
              {{"spec.containers[1]", second}, {"spec.containers[1].name", R"("c")"}},
              {"spec.containers[1].name: Duplicate value: \"c\""}}});
}

TEST(container, ports) {
  auto ports = [](std::string_view list) { return change{"spec.containers[0].ports", list}; };
  run_rules(
      "v1", "Pod", valid_pod,
      {{"a port", {ports(R"([{"name":"http","containerPort":80,"protocol":"TCP"}])")}, {}},
       {"no number", {ports(R"([{"protocol":"TCP"}])")}, {"spec.containers[0].ports[0].containerPort: Required value"}},
       {"the last", {ports(R"([{"containerPort":65535,"protocol":"TCP"}])")}, {}},
       {"past the last",
        {ports(R"([{"containerPort":65536,"protocol":"TCP"}])")},
        {"spec.containers[0].ports[0].containerPort: Invalid value: 65536: must be between 1 and 65535, inclusive"}},
       {"a bad protocol",
        {ports(R"([{"containerPort":1,"protocol":"X"}])")},
        {"spec.containers[0].ports[0].protocol: Unsupported value: \"X\": supported values: \"SCTP\", \"TCP\", "
         "\"UDP\""}},
       {"a bad name",
        {ports(R"([{"name":"1","containerPort":1,"protocol":"TCP"}])")},
        {"spec.containers[0].ports[0].name: Invalid value: \"1\": must contain at least one letter (a-z)"}},
       {"the same name twice",
        {ports(R"([{"name":"a","containerPort":1,"protocol":"TCP"},{"name":"a","containerPort":2,
"protocol":"TCP"}])")},
        {"spec.containers[0].ports[1].name: Duplicate value: \"a\""}},
       {"the same host port twice",
        {ports(R"([{"containerPort":1,"hostPort":9,"protocol":"TCP"},{"containerPort":2,"hostPort":9,
"protocol":"TCP"}])")},
        {"spec.containers[0].ports[1].hostPort: Duplicate value: \"TCP//9\""}}});
}

TEST(container, init_containers) {
  run_rules("v1", "Pod", valid_pod,
            {{"a good one", {{"spec.initContainers[0]", second}}, {}},
             {"the name of another",
              {{"spec.initContainers[0]", second}, {"spec.initContainers[0].name", R"("c")"}},
              {"spec.initContainers[0].name: Duplicate value: \"c\""}},
             {"a probe",
              {{"spec.initContainers[0]", second},
               {"spec.initContainers[0].readinessProbe", R"({"exec":{"command":["a"]}})"}},
              {"spec.initContainers[0].readinessProbe: Forbidden: may not be set for init containers without "
               "restartPolicy=Always"}},
             {"a sidecar with a probe",
              {{"spec.initContainers[0]", second},
               {"spec.initContainers[0].restartPolicy", R"("Always")"},
               {"spec.initContainers[0].readinessProbe", R"({"exec":{"command":["a"]}})"}},
              {}},
             {"another restart policy",
              {{"spec.initContainers[0]", second}, {"spec.initContainers[0].restartPolicy", R"("Never")"}},
              {"spec.initContainers[0].restartPolicy: Unsupported value: \"Never\": supported values: \"Always\""}}});
}

} // namespace troupe::policies::validation
