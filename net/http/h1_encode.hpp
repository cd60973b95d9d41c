#pragma once
#include "net/http/headers.hpp"
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace troupe::net::http::h1 {

/// How the body of an outgoing message is delimited.
struct outgoing_body {
  std::optional<std::uint64_t> length;  ///< sent as Content-Length
  bool chunked = false;
};

/// Status line, fields, and the framing fields that follow from `body` and `keep_alive`; fields of the caller that
/// would contradict them, and control characters in values, are left out.
[[nodiscard]] std::string encode_response(int status, const headers& fields, const outgoing_body& body, bool keep_alive,
                                          std::string_view date);
/// Request line and fields.
[[nodiscard]] std::string encode_request(std::string_view method, std::string_view target, std::string_view host,
                                         const headers& fields, const outgoing_body& body);
/// "1a\r\n", to stand before a chunk of that size.
[[nodiscard]] std::string chunk_size_line(std::size_t size);
inline constexpr std::string_view chunk_end = "\r\n";
inline constexpr std::string_view last_chunk = "0\r\n\r\n";

} // namespace troupe::net::http::h1
