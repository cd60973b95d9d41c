#include "tools/bench/bench_namespace.hpp"
#include <chrono>
#include <fmt/format.h>
#include <thread>

namespace troupe::tools::bench {

namespace json = api::json;
using failure = tl::unexpected<std::string>;

namespace {

constexpr auto removal_limit = std::chrono::seconds(60);
/// A namespace that has been empty and terminating for so long has nobody to finish it: an API server without
/// controllers.
constexpr auto patience = std::chrono::seconds(5);

/// Removes a collection in pages, because servers bound the time of one request.
tl::expected<void, std::string> empty(api_client& api, const std::string& path, const std::string& selector) {
  const auto limit = std::chrono::steady_clock::now() + removal_limit;
  for (;;) {
    const auto left = api.get(fmt::format("{}?limit=1&labelSelector={}", path, selector));
    if (!left) return failure(left.error().message);
    const auto* items = api::array_at(*left, {"items"});
    if (items == nullptr || items->empty()) return {};
    const auto gone = api.remove(fmt::format("{}?limit=2000&labelSelector={}", path, selector),
                                 R"({"kind":"DeleteOptions","apiVersion":"v1","propagationPolicy":"Background"})");
    if (!gone && gone.error().code != 504) return failure(gone.error().message);
    if (std::chrono::steady_clock::now() > limit) return failure(fmt::format("{} is not empty after a minute", path));
  }
}

tl::expected<void, std::string> remove_namespace(api_client& api, const std::string& name) {
  const auto path = "/api/v1/namespaces/" + name;
  if (const auto gone = api.remove(path); !gone && gone.error().code != 404) return failure(gone.error().message);
  const auto begin = std::chrono::steady_clock::now();
  for (;;) {
    auto still = api.get(path);
    if (!still && still.error().code == 404) return {};
    if (!still) return failure(still.error().message);
    const auto waited = std::chrono::steady_clock::now() - begin;
    if (waited > removal_limit) return failure(fmt::format("namespace {} is still terminating after a minute", name));
    // With a controller manager the conditions tell what it has done; without one there are none.
    if (waited > patience && api::array_at(*still, {"status", "conditions"}) == nullptr) {
      api::ensure_object(*still, {"spec"})["finalizers"] = json::array();
      if (const auto done = api.put(path + "/finalize", json::serialize(*still));
          !done && done.error().code != 404 && done.error().code != 409)
        return failure(done.error().message);
    }
    std::this_thread::sleep_for(std::chrono::milliseconds(50));
  }
}

} // namespace

std::string collection(const std::string& resource, const std::string& name_space) {
  const auto slash = resource.find('/');
  if (slash == std::string::npos) return fmt::format("/api/v1/namespaces/{}/{}", name_space, resource);
  return fmt::format("/apis/{}/v1/namespaces/{}/{}", resource.substr(0, slash), name_space, resource.substr(slash + 1));
}

tl::expected<bench_namespace, std::string> bench_namespace::open(api_client& api, const std::string& name) {
  const auto there = api.get("/api/v1/namespaces/" + name);
  if (there) {
    if (api::string_at(*there, {"status", "phase"}) == "Terminating")
      return failure(fmt::format("namespace {} is being deleted; wait, or choose another with --namespace", name));
    return bench_namespace(name, false);
  }
  if (there.error().code != 404) return failure(fmt::format("namespace {}: {}", name, there.error().message));
  const auto made = api.post(
      "/api/v1/namespaces",
      json::serialize(json::object{{"apiVersion", "v1"}, {"kind", "Namespace"}, {"metadata", {{"name", name}}}}));
  if (!made) return failure(fmt::format("make namespace {}: {}", name, made.error().message));
  return bench_namespace(name, true);
}

tl::expected<void, std::string> bench_namespace::clean_up(api_client& api, const std::string& run,
                                                          const std::vector<std::string>& resources) {
  for (const auto& each : resources)
    if (auto ok = empty(api, collection(each, name_), "app.kubernetes.io%2Finstance%3D" + run); !ok)
      return failure(fmt::format("clean up {} in namespace {}: {}", each, name_, ok.error()));
  if (!made_) return {};
  if (auto ok = remove_namespace(api, name_); !ok)
    return failure(fmt::format("remove namespace {}: {}", name_, ok.error()));
  return {};
}

} // namespace troupe::tools::bench
