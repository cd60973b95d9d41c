#pragma once
#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <tl/expected.hpp>

/// WebSocket framing (RFC 6455): pure, bytes in and out.
namespace troupe::net::websocket {

enum class opcode : std::uint8_t { continuation = 0, text = 1, binary = 2, close = 8, ping = 9, pong = 10 };

/// RFC 6455 section 7.4.1.
enum class close_code : std::uint16_t {
  normal = 1000, going_away = 1001, protocol_error = 1002, unsupported = 1003, none = 1005, abnormal = 1006,
  bad_data = 1007, policy = 1008, too_big = 1009, internal = 1011
};

enum class role { server, client };

using mask = std::array<std::uint8_t, 4>;

/// One complete frame. Clients must give a mask, servers must not.
[[nodiscard]] std::string encode(opcode kind, std::string_view payload, std::optional<mask> with = {},
                                 bool last = true);
/// The payload of a close frame; the reason is cut to 123 bytes.
[[nodiscard]] std::string close_payload(close_code code, std::string_view reason);

/// Why a connection must end: the code to send.
struct violation {
  close_code code;
  std::string_view message;
};

/// A complete message, or a control frame.
struct message {
  opcode kind;  ///< text, binary, close, ping or pong
  std::string payload;
  /// For close frames: code and reason. `none` if the peer gave no code.
  [[nodiscard]] close_code code() const noexcept;
  [[nodiscard]] std::string_view reason() const noexcept;
};

/// Puts messages together from frames and frames from bytes that come in pieces.
class reader {
public:
  /// `self` is our side: a server demands masks, a client forbids them. `message_max` bounds one message in bytes.
  reader(role self, std::size_t message_max) : self_(self), message_max_(message_max) {}
  /// Takes bytes off the front of `input`; nothing if a message is not complete yet. To be repeated until then.
  [[nodiscard]] tl::expected<std::optional<message>, violation> feed(std::string_view& input);

private:
  [[nodiscard]] tl::expected<bool, violation> read_header(std::string_view& input);
  [[nodiscard]] tl::expected<void, violation> accept_header();
  [[nodiscard]] tl::expected<std::optional<message>, violation> finish_frame();

  role self_;
  std::size_t message_max_;
  std::array<std::uint8_t, 14> header_{};
  std::size_t header_size_ = 0;
  bool in_payload_ = false, last_ = false;
  opcode kind_ = opcode::continuation;
  std::uint64_t left_ = 0;
  mask mask_{};
  std::size_t mask_at_ = 0;
  std::string control_;                 ///< payload of the control frame being read
  std::optional<opcode> message_kind_;  ///< set while a fragmented message is incomplete
  std::string message_;
};

[[nodiscard]] bool is_utf8(std::string_view text) noexcept;

} // namespace troupe::net::websocket
