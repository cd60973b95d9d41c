#pragma once
#include "net/certificates/key.hpp"
#include <boost/json/object.hpp>
#include <chrono>
#include <string>
#include <string_view>
#include <vector>

namespace troupe::net::certificates {

/// Signs `claims` as a compact JWS (RFC 7515): ES256 with an EC key, RS256 with an RSA key; the header names the key.
[[nodiscard]] result<std::string> sign_token(const boost::json::object& claims, const key& signer);

/// Keys that tokens may be signed with, found by their id.
class key_set {
public:
  key_set() = default;
  explicit key_set(std::vector<key> keys);
  /// The claims, if the signature is by one of our keys and of that key's own algorithm ("none" and switched algorithms
  /// are refused). Times and audiences are the caller's to check, see `check_times`. Tokens above 16 KiB are refused.
  [[nodiscard]] result<boost::json::object> verify_token(std::string_view token) const;
  /// RFC 7517 document with the public keys, as served at /openid/v1/jwks.
  [[nodiscard]] boost::json::object document() const;

private:
  struct entry { std::string id; certificates::key key; };
  std::vector<entry> keys_;
};

/// `exp`, `nbf` and `iat` against `now`, in seconds since 1970; with the leeway of a minute that Kubernetes gives.
[[nodiscard]] result<void> check_times(const boost::json::object& claims, std::chrono::system_clock::time_point now);

/// True if the text has the shape of a JWT: three base64url pieces.
[[nodiscard]] bool looks_like_token(std::string_view text) noexcept;

} // namespace troupe::net::certificates
