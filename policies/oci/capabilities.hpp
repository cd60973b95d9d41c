#pragma once
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace troupe::policies::oci {

/// "CAP_CHOWN" and so on, in the kernel's order (bit n of a capability mask is entry n).
[[nodiscard]] const std::vector<std::string>& capability_names();

/// What a container has that asks for nothing: docker's fourteen.
[[nodiscard]] const std::vector<std::string>& default_capabilities();

/// The names of a mask as in /proc/self/status `CapBnd`.
[[nodiscard]] std::vector<std::string> capabilities_of_mask(std::uint64_t mask);

/// Kubernetes' rule: start from the default, "ALL" in `drop` removes all, "ALL" in `add` gives all; then the single
/// names. Unknown ones and those outside of `available` are left out, as the kernel would refuse the whole container.
[[nodiscard]] std::vector<std::string> effective_capabilities(const std::vector<std::string>& add,
                                                              const std::vector<std::string>& drop,
                                                              const std::vector<std::string>& available);

} // namespace troupe::policies::oci
