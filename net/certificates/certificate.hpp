#pragma once
#include "net/certificates/key.hpp"
#include "net/certificates/random.hpp"
#include <chrono>
#include <string>
#include <vector>

namespace troupe::net::certificates {

using time_point = std::chrono::system_clock::time_point;

/// A certificate in PEM and its private key.
struct credential {
  std::string certificate_pem;
  certificates::key key;
};

/// When a certificate counts: from a little before `now`, for clocks that are behind, until `now + lifetime`.
struct validity {
  time_point now;
  std::chrono::seconds lifetime{std::chrono::hours(24 * 365)};
};

/// A self-signed authority, allowed to sign certificates, with no intermediate authorities below.
[[nodiscard]] result<credential> make_authority(const std::string& common_name, const validity& when,
                                                const random_source& random);

struct certificate_request {
  std::string common_name;
  std::vector<std::string> organizations;
  std::vector<std::string> dns_names;     ///< servers: SAN entries
  std::vector<std::string> ip_addresses;  ///< servers: SAN entries
  bool server = false, client = false;    ///< extended key usages
};
/// A new P-256 key with a certificate signed by `authority`.
[[nodiscard]] result<credential> issue(const credential& authority, const certificate_request& what,
                                       const validity& when, const random_source& random);
/// The same for a key of somebody else, of which only the public part is known.
[[nodiscard]] result<std::string> issue_for(const credential& authority, const key& subject,
                                            const certificate_request& what, const validity& when,
                                            const random_source& random);

/// What a certificate says.
struct certificate_facts {
  std::string common_name, issuer, serial;  ///< serial in hexadecimal
  std::vector<std::string> organizations, dns_names, ip_addresses;
  time_point not_before, not_after;
  bool authority = false, server = false, client = false;
};
/// Reads the first certificate of a PEM text.
[[nodiscard]] result<certificate_facts> inspect(std::string_view certificate_pem);

enum class purpose { server, client };
/// Checks chain, time and purpose of the first certificate, as a TLS peer would.
[[nodiscard]] result<void> verify(std::string_view certificate_pem, std::string_view authority_pem, purpose use,
                                  time_point now);

/// SHA-256 of the first certificate's public key, hexadecimal: what a join token pins.
[[nodiscard]] result<std::string> public_key_hash(std::string_view certificate_pem);

} // namespace troupe::net::certificates
