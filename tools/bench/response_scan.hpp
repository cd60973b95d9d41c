#pragma once
#include "net/http/h1_body.hpp"
#include <cstddef>
#include <string>
#include <string_view>

namespace troupe::tools::bench {

/// Where an answer's body goes, piece by piece.
class body_sink {
public:
  virtual ~body_sink() = default;
  virtual void status(int code) = 0;
  virtual void data(std::string_view piece) = 0;
};

/// Reads HTTP/1.1 answers off a connection for the price of finding their ends: of the head only the status, the
/// framing and `Connection: close` are looked at, nothing is stored. For trusted servers under measurement.
class response_scan {
public:
  enum class state { more, complete, bad };

  /// Takes bytes off the front of `input` until one answer is complete; the rest stays for the next call. Interim
  /// answers (1xx) are passed over. After `bad` the connection is unusable.
  [[nodiscard]] state feed(std::string_view& input, body_sink& to);
  /// True if the peer's end of the connection completes the answer that is being read.
  [[nodiscard]] bool complete_at_end() const noexcept { return in_body_ && body_.complete_at_end(); }
  /// Of the answer that was read last.
  [[nodiscard]] bool keep_alive() const noexcept { return keep_alive_; }

private:
  [[nodiscard]] bool take_head(std::string_view& input, std::string_view& head);
  [[nodiscard]] bool read_head(std::string_view head);

  std::string partial_; ///< of a head that came in pieces
  net::http::h1::body_reader body_;
  int status_ = 0;
  bool in_body_ = false, keep_alive_ = true;
};

} // namespace troupe::tools::bench
