// What one request costs in decoding, encoding and selecting. Run the release build.
#include "policies/schema/decode.hpp"
#include "policies/schema/openapi.hpp"
#include "policies/schema/protobuf.hpp"
#include "policies/schema/type_loader.hpp"
#include "tests/policies/schema/captures.hpp"
#include <benchmark/benchmark.h>

namespace {

using namespace troupe;
using namespace troupe::policies::schema;

const api::group_version_kind pod{"", "v1", "Pod"}, config_map{"", "v1", "ConfigMap"};

/// A ConfigMap of about 1 KB, as users write it.
std::string small_config_map() {
  std::string body =
      R"({"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"settings","namespace":"default"},"data":{)";
  for (int i = 0; i < 16; ++i)
    body += (i ? ",\"key-" : "\"key-") + std::to_string(i) + R"(":"a value of about fifty bytes, as in settings")";
  return body + "}}";
}

void decode_config_map(benchmark::State& state) {
  auto body = small_config_map();
  for (auto _ : state)
    benchmark::DoNotOptimize(decode(body_format::json, body, config_map, field_validation::strict));
  state.SetBytesProcessed(static_cast<std::int64_t>(state.iterations() * body.size()));
}
BENCHMARK(decode_config_map);

void decode_pod(benchmark::State& state) {
  for (auto _ : state)
    benchmark::DoNotOptimize(
        decode(body_format::json, policies::schema::testing::full_pod, pod, field_validation::strict));
  state.SetBytesProcessed(static_cast<std::int64_t>(state.iterations() * policies::schema::testing::full_pod.size()));
}
BENCHMARK(decode_pod);

void parse_pod_without_schema(benchmark::State& state) {
  for (auto _ : state)
    benchmark::DoNotOptimize(json::parse(policies::schema::testing::full_pod));
}
BENCHMARK(parse_pod_without_schema);

void pod_to_wire(benchmark::State& state) {
  auto body = json::parse(policies::schema::testing::full_pod).get_object();
  auto* type = registry::builtin().type(pod);
  for (auto _ : state)
    benchmark::DoNotOptimize(to_wire(body, *type));
}
BENCHMARK(pod_to_wire);

void pod_to_protobuf(benchmark::State& state) {
  auto body = json::parse(policies::schema::testing::full_pod).get_object();
  auto* type = registry::builtin().type(pod);
  for (auto _ : state)
    benchmark::DoNotOptimize(encode_protobuf(body, *type));
}
BENCHMARK(pod_to_protobuf);

void pod_from_protobuf(benchmark::State& state) {
  auto body = json::parse(policies::schema::testing::full_pod).get_object();
  auto bytes = encode_protobuf(body, *registry::builtin().type(pod));
  for (auto _ : state)
    benchmark::DoNotOptimize(decode(body_format::protobuf, bytes, pod, field_validation::strict));
}
BENCHMARK(pod_from_protobuf);

void match_field_selector(benchmark::State& state) {
  auto body = json::parse(policies::schema::testing::full_pod).get_object();
  auto& pods = *registry::builtin().find("", "v1", "pods");
  auto selector = *api::field_selector::parse("spec.nodeName=n1,status.phase!=Succeeded");
  for (auto _ : state)
    benchmark::DoNotOptimize(pods.matches(body, selector));
}
BENCHMARK(match_field_selector);

void find_resource(benchmark::State& state) {
  auto& types = registry::builtin();
  for (auto _ : state)
    benchmark::DoNotOptimize(types.find("apps", "v1", "deployments"));
}
BENCHMARK(find_resource);

void load_types(benchmark::State& state) {
  for (auto _ : state)
    benchmark::DoNotOptimize(type_tables_loaded());
}
BENCHMARK(load_types)->Unit(benchmark::kMillisecond);

void build_openapi_v2(benchmark::State& state) {
  for (auto _ : state)
    benchmark::DoNotOptimize(openapi(registry::builtin()).answer("/openapi/v2", "application/json"));
}
BENCHMARK(build_openapi_v2)->Unit(benchmark::kMillisecond);

} // namespace
