#include "tests/policies/validation/rule_table.hpp"

namespace troupe::policies::validation {

TEST(pod, of_a_new_one) {
  run_rules(
      "v1", "Pod", valid_pod,
      {{"ephemeral containers come later",
        {{"spec.ephemeralContainers",
          R"([{"name":"e","image":"i","imagePullPolicy":"Always","terminationMessagePolicy":"File"}])"}},
        {"spec.ephemeralContainers: Forbidden: cannot be set on create"}},
       {"placed and held back",
        {{"spec.nodeName", R"("n")"}, {"spec.schedulingGates", R"([{"name":"g"}])"}},
        {"spec.nodeName: Forbidden: cannot be set until all schedulingGates have been cleared"}},
       {"an image with a blank",
        {{"spec.containers[0].image", R"(" i")"}},
        {"spec.containers[0].image: Invalid value: \" i\": must not have leading or trailing whitespace"}},
       {"a mirror pod without a node",
        {{"metadata.annotations.\"kubernetes.io/config.mirror\"", R"("x")"}},
        {"metadata.annotations[kubernetes.io/config.mirror]: Invalid value: \"x\": must set spec.nodeName if mirror "
         "pod annotation is set"}},
       {"a deletion cost", {{"metadata.annotations.\"controller.kubernetes.io/pod-deletion-cost\"", R"("-100")"}}, {}},
       {"a deletion cost that is no number",
        {{"metadata.annotations.\"controller.kubernetes.io/pod-deletion-cost\"", R"("+1")"}},
        {"metadata.annotations[controller.kubernetes.io/pod-deletion-cost]: Invalid value: \"+1\": must be a 32bit "
         "integer"}},
       {"a token volume without an account",
        {{"spec.serviceAccountName", "-"},
         {"spec.volumes", R"([{"name":"v","projected":{"sources":[{"serviceAccountToken":{"path":"t",
"expirationSeconds":3600}}]}}])"}},
        {"spec.volumes[0].projected.sources[0].serviceAccountToken: Forbidden: must not be specified when "
         "serviceAccountName is not set"}}});
}

TEST(pod, ephemeral_containers_are_only_added) {
  auto old = api::json::parse(valid_pod).as_object();
  api::set_at(old, {"metadata", "resourceVersion"}, "1");
  auto one = R"([{"name":"e","image":"i","imagePullPolicy":"Always","terminationMessagePolicy":"File"}])";
  auto with = old;
  apply_change(with, {"spec.ephemeralContainers", one});
  expect_errors(validate_ephemeral_containers(with, old), {});
  expect_errors(validate_ephemeral_containers(old, with),
                {"spec.ephemeralContainers: Forbidden: existing ephemeral containers \"e\" may not be removed\n"});
  auto changed = with;
  apply_change(changed, {"spec.ephemeralContainers[0].image", R"("j")"});
  expect_errors(validate_ephemeral_containers(changed, with),
                {"spec.ephemeralContainers: Forbidden: existing ephemeral containers \"e\" may not be changed\n"});
}

} // namespace troupe::policies::validation
