#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <tl/expected.hpp>

/// SPDY/3.1 framing (SPDY Protocol draft 3.1, section 2.2): pure, bytes in and out.
namespace troupe::net::spdy {

using stream_id = std::uint32_t;  ///< 31 bits; odd: opened by the client

enum class frame_type : std::uint16_t {
  data = 0,  ///< not a number of the protocol: data frames have none
  syn_stream = 1, syn_reply = 2, rst_stream = 3, settings = 4, ping = 6, goaway = 7, headers = 8, window_update = 9
};

enum class reset_status : std::uint32_t {
  protocol_error = 1, invalid_stream = 2, refused_stream = 3, unsupported_version = 4, cancel = 5, internal_error = 6,
  stream_in_use = 8, stream_already_closed = 9, frame_too_large = 11
};

inline constexpr std::uint8_t flag_fin = 1;

/// One frame. `payload` is what follows the stream id (data) or the eight bytes of the header (control).
struct frame {
  frame_type type = frame_type::data;
  std::uint8_t flags = 0;
  stream_id stream = 0;         ///< of data frames
  std::string payload;
  [[nodiscard]] bool fin() const noexcept { return (flags & flag_fin) != 0; }
};

/// Puts frames together from bytes that come in pieces, cut anywhere.
class reader {
public:
  explicit reader(std::size_t payload_max = 1 << 20) : payload_max_(payload_max) {}
  /// Takes bytes off the front of `input`; nothing if a frame is not complete yet. The error is final.
  [[nodiscard]] tl::expected<std::optional<frame>, std::string_view> feed(std::string_view& input);

private:
  std::size_t payload_max_;
  std::string header_;
  frame current_;
  std::size_t left_ = 0;
  bool in_payload_ = false;
};

[[nodiscard]] std::string encode_data(stream_id stream, std::string_view bytes, bool fin);
/// `block` comes from a `header_deflater`.
[[nodiscard]] std::string encode_syn_stream(stream_id stream, std::string_view block, bool fin);
[[nodiscard]] std::string encode_syn_reply(stream_id stream, std::string_view block, bool fin);
[[nodiscard]] std::string encode_rst_stream(stream_id stream, reset_status why);
/// The payload of a ping is its id and is sent back as it came.
[[nodiscard]] std::string encode_ping(std::string_view payload);
[[nodiscard]] std::string encode_goaway(stream_id last, std::uint32_t status);

/// Big-endian number at `at`; nothing if the text is too short.
[[nodiscard]] std::optional<std::uint32_t> number_at(std::string_view text, std::size_t at) noexcept;

} // namespace troupe::net::spdy
