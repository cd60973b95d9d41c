#include "tools/bench/sample.hpp"
#include "tools/bench/bench_namespace.hpp"
#include "tools/bench/event_feed.hpp"
#include "tools/bench/interrupt.hpp"
#include <fmt/format.h>
#include <thread>

namespace troupe::tools::bench {

using clock = std::chrono::steady_clock;
using failure = tl::unexpected<std::string>;
using done = tl::expected<void, std::string>;

namespace {

constexpr auto sample_limit = std::chrono::seconds(60);
constexpr int replicas = 3;

done create(api_client& api, const std::string& resource, std::string body) {
  const auto path = collection(resource, "default");
  // The service account of a new cluster comes from a controller, a moment after the API answers.
  const auto limit = clock::now() + std::chrono::seconds(10);
  for (;;) {
    const auto made = api.post(path, body);
    if (made) return {};
    if (made.error().code != 403 || clock::now() > limit || interrupted())
      return failure(fmt::format("create in {}: {}", path, made.error().message));
    std::this_thread::sleep_for(std::chrono::milliseconds(5));
  }
}

/// Goes through the events of one object until `met`; the error says what the object looked like in the end.
template <class Condition>
done await(api_client& api, const std::string& resource, const std::string& name, const Condition& met) {
  event_feed feed(api, collection(resource, "default") + "?fieldSelector=metadata.name%3D" + name);
  const auto limit = clock::now() + sample_limit;
  std::string last = "never seen";
  while (clock::now() < limit) {
    if (interrupted()) return failure("interrupted");
    const auto event = feed.next(std::min(limit, clock::now() + std::chrono::milliseconds(200)));
    if (!event) continue;
    if (met(event->object)) return {};
    const auto* status = api::object_at(event->object, {"status"});
    last = status == nullptr ? "without status" : api::json::serialize(*status);
  }
  return failure(fmt::format("{} {} is not there after a minute: {}", resource, name, last));
}

} // namespace

done apply_sample(api_client& api) {
  if (auto ok = create(
          api, "apps/deployments",
          fmt::format(
              R"({{"apiVersion":"apps/v1","kind":"Deployment","metadata":{{"name":"web","labels":{{"app":"web"}}}},)"
              R"("spec":{{"replicas":{},"selector":{{"matchLabels":{{"app":"web"}}}},)"
              R"("template":{{"metadata":{{"labels":{{"app":"web"}}}},"spec":{{"terminationGracePeriodSeconds":2,)"
              R"("containers":[{{"name":"web","image":"{}","imagePullPolicy":"IfNotPresent","ports":[{{"containerPort":8080}}],)"
              R"("readinessProbe":{{"httpGet":{{"path":"/index.html","port":8080}},"periodSeconds":1}}}}]}}}}}}}})",
              replicas, sample_image));
      !ok)
    return ok;
  return create(api, "services",
                R"({"apiVersion":"v1","kind":"Service","metadata":{"name":"web"},"spec":{"selector":{"app":"web"},)"
                R"("ports":[{"port":80,"targetPort":8080}]}})");
}

done ask_by_name(api_client& api, const std::string& pod) {
  return create(
      api, "pods",
      fmt::format(
          R"({{"apiVersion":"v1","kind":"Pod","metadata":{{"name":"{}"}},"spec":{{"restartPolicy":"Never",)"
          R"("terminationGracePeriodSeconds":1,"containers":[{{"name":"ask","image":"{}","imagePullPolicy":"IfNotPresent",)"
          R"("command":["/bin/sh","-c","until wget -qO- http://web.default.svc.cluster.local; do usleep 20000; done"]}}]}}}})",
          pod, sample_image));
}

done await_sample(api_client& api, const std::string& pod) {
  if (auto ok = await(api, "apps/deployments", "web",
                      [](const api::json::object& d) {
                        return api::int_at(d, {"status", "readyReplicas"}) == replicas &&
                               api::int_at(d, {"status", "observedGeneration"}) >=
                                   api::int_at(d, {"metadata", "generation"});
                      });
      !ok)
    return ok;
  return await(api, "pods", pod, [](const api::json::object& p) {
    return api::string_at(p, {"status", "phase"}) == "Succeeded";
  });
}

} // namespace troupe::tools::bench
