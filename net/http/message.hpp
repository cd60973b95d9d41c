#pragma once
#include "net/http/headers.hpp"
#include "net/tls/identity.hpp"
#include <memory>
#include <string>

namespace troupe::net::http {

/// Who is at the other end of a connection; one immutable value shared by all its requests.
struct peer {
  std::string address;  ///< IP address in text form, without brackets
  std::uint16_t port = 0;
  bool tls = false;
  /// The client certificate as presented. Trust it only where `certificate.verified`; a certificate that is present but
  /// not verified is the caller's 401, as in Kubernetes.
  tls::identity certificate;
};

enum class version { http_1_0, http_1_1, http_2 };

/// One request, complete with its body. Forbidden bytes, ambiguous framing and sizes above the limits never get here.
struct request {
  std::string method;          ///< as sent, "GET"; a token of RFC 9110
  std::string path;            ///< absolute path, still percent-encoded, without query: "/api/v1/pods"
  std::string query;           ///< raw, without '?'; see `parse_query` in net/http/target.hpp
  http::version version = version::http_1_1;
  headers fields;              ///< HTTP/2's :authority appears as "host"
  std::string body;
  std::shared_ptr<const http::peer> peer;
};

/// The standard phrase of a status code, "Not Found"; empty if unknown.
[[nodiscard]] std::string_view reason_phrase(int status) noexcept;

} // namespace troupe::net::http
