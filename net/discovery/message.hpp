#pragma once
#include <array>
#include <cstdint>
#include <string>
#include <string_view>
#include <tl/expected.hpp>
#include <vector>

namespace troupe::net::discovery {

/// A datagram of either kind has at most that many bytes, so that it is never in fragments.
inline constexpr std::size_t datagram_max = 1200;

/// Random, for each query anew: it ties an answer to the query, and shows a query that is sent again.
using nonce = std::array<std::uint8_t, 16>;

/// Who the cluster is and where its API servers are.
struct answer {
  std::string ca;                     ///< SHA-256 of the CA's public key, 64 hexadecimal digits
  std::string cluster;                ///< its name, for people: 1 to 64 characters of printable ASCII
  std::vector<std::string> addresses; ///< "10.0.0.1:6443", 1 to 16 of at most 255 printable characters
  bool operator==(const answer&) const = default;
};

/// Why a datagram does not count.
enum class fault : std::uint8_t {
  malformed,     ///< it is something else, or says nothing of sense
  other_version, ///< of a program that is newer than this one
  forged,        ///< who made it does not know the secret
  stale          ///< it was made with the secret, but is the answer to another query
};

/// Keys are those of `keys`. Queries and answers have different ones, so that neither passes for the other.
[[nodiscard]] std::string encode_query(const nonce& n, std::string_view query_key);
/// Takes any bytes; looks at nothing but length and version before the proof is checked.
[[nodiscard]] tl::expected<nonce, fault> read_query(std::string_view bytes, std::string_view query_key);

/// Addresses that are none are left out, and those at the end that do not fit into a datagram; the first one fits.
[[nodiscard]] std::string encode_answer(const nonce& n, const answer& a, std::string_view answer_key);
/// An authentic answer with the query that it is for; whether that query is one's own, the caller knows.
struct answered {
  nonce to{};
  answer said;
};
[[nodiscard]] tl::expected<answered, fault> read_answer(std::string_view bytes, std::string_view answer_key);

} // namespace troupe::net::discovery
