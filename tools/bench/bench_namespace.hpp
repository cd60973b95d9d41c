#pragma once
#include "tools/bench/api_client.hpp"

namespace troupe::tools::bench {

/// A namespace for a measurement: made if it is missing, and then removed at the end.
class bench_namespace {
public:
  [[nodiscard]] static tl::expected<bench_namespace, std::string> open(api_client& api, const std::string& name);
  [[nodiscard]] const std::string& name() const noexcept { return name_; }
  /// Removes what the run made (objects of `resources`, like "configmaps" or "apps/deployments", with the run's label),
  /// and the namespace if it was made here. The error is a sentence.
  [[nodiscard]] tl::expected<void, std::string> clean_up(api_client& api, const std::string& run,
                                                         const std::vector<std::string>& resources);

private:
  bench_namespace(std::string name, bool made) : name_(std::move(name)), made_(made) {}
  std::string name_;
  bool made_;
};

/// The path of a resource's collection: "configmaps" is of the core group, "apps/deployments" of apps/v1.
[[nodiscard]] std::string collection(const std::string& resource, const std::string& name_space);

} // namespace troupe::tools::bench
