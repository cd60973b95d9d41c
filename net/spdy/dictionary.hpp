#pragma once
#include <string>

namespace troupe::net::spdy {

/// The compression dictionary of SPDY/3 header blocks (SPDY Protocol draft 3, section 2.6.10.1): 1423 bytes, Adler-32
/// e3c6a7c2.
[[nodiscard]] const std::string& dictionary();

} // namespace troupe::net::spdy
