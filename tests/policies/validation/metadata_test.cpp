#include "tests/policies/validation/rule_table.hpp"

namespace troupe::policies::validation {

namespace {
constexpr std::string_view map = R"({"metadata":{"name":"m","namespace":"default"}})";
}

TEST(metadata, of_a_new_object) {
  run_rules("v1", "ConfigMap", map,
            {{"a good one", {}, {}},
             {"no name", {{"metadata.name", "-"}}, {"metadata.name: Required value: name or generateName is required"}},
             {"a bad name",
              {{"metadata.name", R"("M")"}},
              {"metadata.name: Invalid value: \"M\": a lowercase RFC 1123 subdomain must consist of ..."}},
             {"a bad generateName",
              {{"metadata.generateName", R"("__-")"}},
              {"metadata.generateName: Invalid value: \"__-\": a lowercase RFC 1123 subdomain..."}},
             {"no namespace", {{"metadata.namespace", "-"}}, {"metadata.namespace: Required value"}},
             {"a bad namespace",
              {{"metadata.namespace", R"("a.b")"}},
              {"metadata.namespace: Invalid value: \"a.b\": must not contain dots"}},
             {"a negative generation",
              {{"metadata.generation", "-1"}},
              {"metadata.generation: Invalid value: -1: must be greater than or equal to 0"}},
             {"a bad label key",
              {{"metadata.labels", R"({"a b":"c"})"}},
              {"metadata.labels: Invalid value: \"a b\": name part must consist of ..."}},
             {"a bad label value",
              {{"metadata.labels", R"({"a":"b c"})"}},
              {"metadata.labels: Invalid value: \"b c\": a valid label must be an empty string..."}},
             {"annotation keys ignore case", {{"metadata.annotations", R"({"Example.COM/Key":"any value"})"}}, {}},
             {"a bad annotation key",
              {{"metadata.annotations", R"({"a/b/c":""})"}},
              {"metadata.annotations: Invalid value: \"a/b/c\": a qualified name must..."}},
             {"an owner without anything",
              {{"metadata.ownerReferences", "[{}]"}},
              {"metadata.ownerReferences.apiVersion: Invalid value: \"\": version must not be empty",
               "metadata.ownerReferences.kind: Invalid value: \"\": kind must not be empty",
               "metadata.ownerReferences.name: Invalid value: \"\": name must not be empty",
               "metadata.ownerReferences.uid: Invalid value: \"\": uid must not be empty"}},
             {"two controllers",
              {{"metadata.ownerReferences",
                R"([{"apiVersion":"v1","kind":"A","name":"a","uid":"1","controller":true},{"apiVersion":"v1",
"kind":"B","name":"b","uid":"2","controller":true}])"}},
              {"metadata.ownerReferences: Invalid value: ..."}},
             {"a finalizer without a domain",
              {{"metadata.finalizers", R"(["mine"])"}},
              {"metadata.finalizers[0]: Invalid value: \"mine\": name is neither a standard finalizer name nor is it "
               "fully qualified"}},
             {"standard and qualified finalizers", {{"metadata.finalizers", R"(["orphan","a.b/c"])"}}, {}},
             {"finalizers that contradict",
              {{"metadata.finalizers", R"(["orphan","foregroundDeletion"])"}},
              {"metadata.finalizers: Invalid value: []string{\"orphan\", \"foregroundDeletion\"}: finalizer orphan and "
               "foregroundDeletion cannot be both set"}},
             {"field managers",
              {{"metadata.managedFields", R"([{"operation":"X","fieldsType":"Y"}])"}},
              {"metadata.managedFields[0].operation: Invalid value: \"X\": must be `Apply` or `Update`",
               "metadata.managedFields[0].fieldsType: Invalid value: \"Y\": must be `FieldsV1`"}}});
}

TEST(metadata, annotations_have_a_limit_together) {
  auto body = api::json::parse(map).as_object();
  auto set = [&](std::size_t bytes) {
    api::set_at(body, {"metadata", "annotations", "a"}, api::json::value(std::string(bytes - 1, 'x')));
  };
  set(256 * 1024);
  expect_errors(validate_create({"", "v1", "ConfigMap"}, body), {});
  set(256 * 1024 + 1);
  expect_errors(validate_create({"", "v1", "ConfigMap"}, body),
                {"metadata.annotations: Too long: may not be more than 262144 bytes"});
}

TEST(metadata, of_cluster_objects_has_no_namespace) {
  run_rules("v1", "Namespace", R"({"metadata":{"name":"n"}})",
            {{"a good one", {}, {}},
             {"a namespace",
              {{"metadata.namespace", R"("x")"}},
              {"metadata.namespace: Forbidden: not allowed on this type"}}});
}

TEST(metadata, of_an_update) {
  constexpr std::string_view old = R"({"metadata":{"name":"m","namespace":"default","uid":"u","generation":3,
"creationTimestamp":"2026-01-01T00:00:00Z"}})";
  run_update_rules(
      "v1", "ConfigMap", old,
      {{"no change", {}, {}},
       {"no version",
        {{"metadata.resourceVersion", "-"}},
        {"metadata.resourceVersion: Invalid value: \"\": must be specified for an update"}},
       {"another name", {{"metadata.name", R"("n")"}}, {"metadata.name: Invalid value: \"n\": field is immutable"}},
       {"another uid", {{"metadata.uid", R"("v")"}}, {"metadata.uid: Invalid value: \"v\": field is immutable"}},
       {"an older generation",
        {{"metadata.generation", "2"}},
        {"metadata.generation: Invalid value: 2: must not be decremented"}},
       {"new labels", {{"metadata.labels", R"({"a":"b"})"}}, {}}});
}

TEST(metadata, a_deleted_object_gets_no_new_finalizers) {
  constexpr std::string_view old =
      R"({"metadata":{"name":"m","namespace":"default","deletionTimestamp":"2026-01-01T00:00:00Z",
"finalizers":["a/b"]}})";
  run_update_rules("v1", "ConfigMap", old,
                   {{"one fewer", {{"metadata.finalizers", "-"}}, {}},
                    {"one more",
                     {{"metadata.finalizers", R"(["a/b","c/d"])"}},
                     {"metadata.finalizers: Forbidden: no new finalizers can be added if the object is being deleted, "
                      "found new finalizers []string{\"c/d\"}"}}});
}

} // namespace troupe::policies::validation
