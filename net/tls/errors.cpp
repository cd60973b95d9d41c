#include "net/tls/errors.hpp"
#include <openssl/err.h>

namespace troupe::net::tls {

std::string take_error() {
  const auto code = ERR_get_error();
  ERR_clear_error();
  if (code == 0) return "unknown error";
  if (const auto* reason = ERR_reason_error_string(code)) return reason;
  return "error " + std::to_string(code);
}

} // namespace troupe::net::tls
