#pragma once
#include "net/cni/config.hpp"
#include "net/cni/result.hpp"
#include <string>
#include <tl/expected.hpp>

namespace troupe::net::cni {

/// Calls of the plugins in one directory. Blocks for the run of a child process.
class plugins {
public:
  explicit plugins(std::string bin_dir) : bin_dir_(std::move(bin_dir)) {}

  /// Attaches a pod; what was done is undone on failure.
  [[nodiscard]] tl::expected<result, std::string> add(const bridge_network& network, const std::vector<port>& ports,
                                                      const attachment& to) const;
  /// Detaches it; fine where it is not attached. `previous` is what `add` answered.
  [[nodiscard]] tl::expected<void, std::string> remove(const bridge_network& network, const std::vector<port>& ports,
                                                       const attachment& to, const api::json::object& previous) const;

private:
  tl::expected<std::string, std::string> call(std::string_view verb, const attachment& to,
                                              const api::json::object& config) const;
  std::string bin_dir_;
};

} // namespace troupe::net::cni
