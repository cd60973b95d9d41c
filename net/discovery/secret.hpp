#pragma once
#include "net/certificates/random.hpp"
#include <string>
#include <string_view>
#include <tl/expected.hpp>

/// How a machine finds a cluster on its own network by a secret that both know (docs/formats/joining.md).
namespace troupe::net::discovery {

/// What is made of a secret by HKDF-SHA256 (RFC 5869), each part with a label of its own, so that who learns one part
/// knows nothing of the others. The secret itself is used for nothing else, and is not kept.
struct keys {
  std::string query, answer; ///< 32 bytes each: who asks, and who answers, knows the secret
  std::string token_id;      ///< 16 hexadecimal digits; public
  std::string token_secret;  ///< 128 bits, base64url: what a node shows when it joins
};

/// A new secret of 256 bits: "troupelan1." and 48 characters that survive a shell, the last of them a checksum.
[[nodiscard]] std::string make_secret(const certificates::random_source& random);
/// White space around it is forgiven. Nothing but what `make_secret` gives is a secret: words of people can be guessed
/// from one query that somebody overheard. The error is a sentence with the remedy, and does not repeat the text.
[[nodiscard]] tl::expected<keys, std::string> parse_secret(std::string_view text);

} // namespace troupe::net::discovery
