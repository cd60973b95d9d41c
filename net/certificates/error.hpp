#pragma once
#include <string>
#include <tl/expected.hpp>

namespace troupe::net::certificates {

enum class errc {
  malformed,      ///< not PEM, not DER, not a token: cannot be read
  unsupported,    ///< readable, but of a kind that we do not use
  not_trusted,    ///< signature or chain does not lead to the given authority
  expired,        ///< not valid at the given time (also: not yet)
  crypto,         ///< OpenSSL refused
  file            ///< could not be read from or written to disk
};

/// A sentence with what was tried and why it failed.
struct error {
  errc code;
  std::string message;
};

template <class T> using result = tl::expected<T, error>;
using failure = tl::unexpected<error>;

} // namespace troupe::net::certificates
