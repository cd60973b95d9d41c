#pragma once
#include "policies/api/json.hpp"
#include <cstdint>
#include <string>
#include <string_view>
#include <tl/expected.hpp>

namespace troupe::policies::joining {

/// A token as the store keeps it: enough to check a secret, not enough to know it.
struct token_record {
  std::string id;              ///< public: it names the token in lists
  std::string salt, hash;      ///< hash: hexadecimal SHA-256 of salt and secret, which is random and of 128 bits
  bool control_plane = false, worker = true; ///< what a node that shows it may become
  std::int64_t created = 0;    ///< Unix seconds
  std::int64_t expires = 0;    ///< Unix seconds; 0: never
  std::int64_t uses_left = -1; ///< -1: any number
  std::string description;
  bool operator==(const token_record&) const = default;
};

inline constexpr std::string_view token_records_prefix = "/troupe/tokens/";
[[nodiscard]] std::string token_record_key(std::string_view id);
/// Ids are made by the cluster; this keeps the ones that clients send from being anything else in a key.
[[nodiscard]] bool is_token_id(std::string_view id) noexcept;

[[nodiscard]] std::string encode(const token_record& token);
/// Takes any input; the error is a sentence.
[[nodiscard]] tl::expected<token_record, std::string> decode_token_record(std::string_view text);
/// As people and programs see it: without salt and hash.
[[nodiscard]] api::json::object describe(const token_record& token);

/// Whether it has ended at `now`, in Unix seconds.
[[nodiscard]] bool expired(const token_record& token, std::int64_t now) noexcept;
/// Whether it has ended for so long that nobody needs to be told so any more (a day).
[[nodiscard]] bool forgotten(const token_record& token, std::int64_t now) noexcept;

/// What a new token shall be.
struct token_wish {
  bool control_plane = false, worker = true;
  std::int64_t ttl_seconds = 24 * 3600; ///< 0: no end
  std::int64_t uses = 0;                ///< 0: any number
  std::string description;
};
[[nodiscard]] std::string encode(const token_wish& wish);
/// The error is a sentence.
[[nodiscard]] tl::expected<token_wish, std::string> decode_token_wish(std::string_view text);

/// "control-plane,worker" in any order; the error is a sentence.
struct roles {
  bool control_plane = false, worker = false;
  bool operator==(const roles&) const = default;
};
[[nodiscard]] tl::expected<roles, std::string> parse_roles(std::string_view text);
[[nodiscard]] std::string to_text(roles r);
/// "90s", "15m", "24h", "7d", "1h30m", or "0" for no end; seconds.
[[nodiscard]] tl::expected<std::int64_t, std::string> parse_ttl(std::string_view text);

} // namespace troupe::policies::joining
