#pragma once
#include <string>

namespace troupe::net::tls {

/// The oldest reason in OpenSSL's error queue of this thread, which is emptied; "unknown error" if there is none.
[[nodiscard]] std::string take_error();

} // namespace troupe::net::tls
