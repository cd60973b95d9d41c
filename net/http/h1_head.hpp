#pragma once
#include "net/http/message.hpp"
#include <cstdint>
#include <string>
#include <string_view>
#include <tl/expected.hpp>

/// HTTP/1.x heads: pure parsing, strict where leniency lets two parties disagree about where a message ends
/// (RFC 9112; request smuggling).
namespace troupe::net::http::h1 {

/// Why a message was refused: the status to answer with, and a sentence for the sender.
struct refusal {
  int status = 400;
  std::string_view message;
};

enum class framing { none, length, chunked, until_close };

struct request_head {
  http::request request;  ///< without body and peer
  h1::framing framing = framing::none;
  std::uint64_t content_length = 0;
  bool keep_alive = true;
  bool expects_continue = false;
};

struct response_head {
  int status = 0;
  headers fields;
  h1::framing framing = framing::none;
  std::uint64_t content_length = 0;
  bool keep_alive = true;
};

/// Finds the end of a head in bytes that come in pieces, without looking at any byte twice.
class head_reader {
public:
  explicit head_reader(std::size_t bytes_max) : bytes_max_(bytes_max) {}
  /// Takes bytes off the front of `input`. The head with its empty line, valid until the next call; empty if more bytes
  /// are needed. Lines that end in a bare LF and heads above the limit (431) are refused.
  [[nodiscard]] tl::expected<std::string_view, refusal> feed(std::string_view& input);
  /// True once a byte of a head has come.
  [[nodiscard]] bool started() const noexcept { return !done_ && !partial_.empty(); }

private:
  std::size_t bytes_max_;
  std::string partial_;
  bool done_ = false;
};

/// `text` is what `head_reader` found.
[[nodiscard]] tl::expected<request_head, refusal> parse_request(std::string_view text);
/// `to_head`: the answer to a HEAD request, which never has a body.
[[nodiscard]] tl::expected<response_head, refusal> parse_response(std::string_view text, bool to_head);

/// Fills path and query from a request target (RFC 9112 section 3.2; the authority of an absolute one is dropped). The
/// method must be set.
[[nodiscard]] tl::expected<void, refusal> split_target(std::string_view target, request& into);
/// Characters of RFC 9110 `token`.
[[nodiscard]] bool is_token(std::string_view text) noexcept;

} // namespace troupe::net::http::h1
