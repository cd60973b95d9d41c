#pragma once
#include "net/http/h1_head.hpp"

namespace troupe::net::http::h1 {

/// Takes a message body out of a stream of bytes that come in pieces (RFC 9112 sections 6 and 7).
class body_reader {
public:
  enum class state { more, data, done };
  struct result {
    body_reader::state state;
    std::string_view data;  ///< with `data`: a view into the input
  };

  body_reader() = default;
  body_reader(h1::framing kind, std::uint64_t length);

  /// Takes bytes off the front of `input`: a piece of the body, or `more` when the input is used up, or `done`. To be
  /// called until it does not answer `data`. Malformed chunks are refused; so are chunk extensions and trailers beyond
  /// 4 KiB per chunk, which would make the peer's work cheap and ours dear.
  [[nodiscard]] tl::expected<result, refusal> feed(std::string_view& input);
  /// With `until_close`: the peer has ended. True if the body is complete then.
  [[nodiscard]] bool complete_at_end() const noexcept;

private:
  enum class step { fixed, size, extension, size_lf, data, data_cr, data_lf, trailer, trailer_lf, until_close, done };
  [[nodiscard]] tl::expected<result, refusal> chunked(std::string_view& input);
  [[nodiscard]] tl::expected<void, refusal> framing_byte(char c);

  step step_ = step::done;
  std::uint64_t left_ = 0;
  unsigned digits_ = 0, overhead_ = 0;
  bool line_empty_ = true;
};

} // namespace troupe::net::http::h1
