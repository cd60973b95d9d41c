#pragma once
#include <string_view>
#include <string>
#include <tl/expected.hpp>

namespace troupe::net::nftables {

/// Removes the instance's table from the kernel; fine if there is none. Blocks.
[[nodiscard]] tl::expected<void, std::string> purge(std::string_view instance);

} // namespace troupe::net::nftables
