#include "tests/policies/validation/rule_table.hpp"

namespace troupe::policies::validation {

namespace {
constexpr std::string_view claim = R"({"metadata":{"name":"c","namespace":"n"},"spec":{"accessModes":["ReadWriteOnce"],
"volumeMode":"Filesystem","resources":{"requests":{"storage":"1Gi"}}},
"status":{"phase":"Bound","capacity":{"storage":"1Gi"}}})";
}

TEST(persistent_volume_claim, of_a_new_one) {
  run_rules(
      "v1", "PersistentVolumeClaim", claim,
      {{"a good one", {}, {}},
       {"no mode",
        {{"spec.accessModes", "[]"}},
        {"spec.accessModes: Required value: at least 1 access mode is required"}},
       {"an unknown mode", {{"spec.accessModes", R"(["x"])"}}, {"spec.accessModes: Unsupported value: \"x\": ..."}},
       {"no size", {{"spec.resources", "{}"}}, {"spec.resources[storage]: Required value"}},
       {"an empty size",
        {{"spec.resources.requests.storage", R"("0")"}},
        {"spec.resources[storage]: Invalid value: \"0\": must be greater than zero"}},
       {"a bad class",
        {{"spec.storageClassName", R"("A")"}},
        {"spec.storageClassName: Invalid value: \"A\": a lowercase..."}}});
}

TEST(persistent_volume_claim, of_an_update) {
  run_update_rules("v1", "PersistentVolumeClaim", claim,
                   {{"it grows", {{"spec.resources.requests.storage", R"("2Gi")"}}, {}},
                    {"it does not shrink",
                     {{"spec.resources.requests.storage", R"("500Mi")"}},
                     {"spec.resources.requests.storage: Forbidden: field can not be less than status.capacity"}},
                    {"it gets its volume", {{"spec.volumeName", R"("v")"}}, {}},
                    {"another mode",
                     {{"spec.accessModes", R"(["ReadWriteMany"])"}},
                     {"spec: Forbidden: spec is immutable after creation except resources.requests and "
                      "volumeAttributesClassName for bound claims\n"}}});
}

} // namespace troupe::policies::validation
