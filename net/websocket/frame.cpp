#include "net/websocket/frame.hpp"
#include <algorithm>

namespace troupe::net::websocket {

namespace {

using failure = tl::unexpected<violation>;

constexpr std::size_t control_max = 125;

bool is_control(opcode kind) noexcept { return static_cast<std::uint8_t>(kind) >= 8; }

/// Codes that may stand in a frame: those of the standard, and the ranges for libraries and applications.
bool sendable(unsigned code) noexcept {
  if (code >= 3000 && code <= 4999) return true;
  return code >= 1000 && code <= 1014 && code != 1004 && code != 1005 && code != 1006;
}

} // namespace

bool is_utf8(std::string_view text) noexcept {
  for (std::size_t i = 0; i < text.size();) {
    const auto lead = static_cast<unsigned char>(text[i]);
    const std::size_t more = lead < 0x80 ? 0 : lead >= 0xc2 && lead < 0xe0 ? 1 : lead >= 0xe0 && lead < 0xf0 ? 2
                             : lead >= 0xf0 && lead < 0xf5                 ? 3
                                                                           : 4;
    if (more == 4 || text.size() - i <= more) return false;
    for (std::size_t k = 1; k <= more; ++k)
      if ((static_cast<unsigned char>(text[i + k]) & 0xc0) != 0x80) return false;
    const auto second = more > 0 ? static_cast<unsigned char>(text[i + 1]) : 0U;
    // Overlong forms, surrogates, and what lies above U+10FFFF.
    if ((lead == 0xe0 && second < 0xa0) || (lead == 0xed && second > 0x9f) || (lead == 0xf0 && second < 0x90) ||
        (lead == 0xf4 && second > 0x8f))
      return false;
    i += more + 1;
  }
  return true;
}

std::string encode(opcode kind, std::string_view payload, std::optional<mask> with, bool last) {
  std::string out;
  out.reserve(payload.size() + 14);
  out += static_cast<char>((last ? 0x80 : 0) | static_cast<std::uint8_t>(kind));
  const auto masked = with ? 0x80 : 0;
  const auto size = static_cast<std::uint64_t>(payload.size());
  const auto append = [&](int bytes) {
    for (int i = bytes - 1; i >= 0; --i) out += static_cast<char>(size >> (8 * i));
  };
  if (size <= control_max) {
    out += static_cast<char>(masked | static_cast<int>(size));
  } else if (size <= 0xffff) {
    out += static_cast<char>(masked | 126);
    append(2);
  } else {
    out += static_cast<char>(masked | 127);
    append(8);
  }
  if (!with) return out.append(payload);
  for (const auto byte : *with) out += static_cast<char>(byte);
  for (std::size_t i = 0; i < payload.size(); ++i) out += static_cast<char>(payload[i] ^ (*with)[i % 4]);
  return out;
}

std::string close_payload(close_code code, std::string_view reason) {
  std::string out;
  if (code == close_code::none) return out;
  out += static_cast<char>(static_cast<unsigned>(code) >> 8);
  out += static_cast<char>(static_cast<unsigned>(code) & 255);
  return out.append(reason.substr(0, control_max - 2));
}

close_code message::code() const noexcept {
  if (payload.size() < 2) return close_code::none;
  return static_cast<close_code>(static_cast<unsigned char>(payload[0]) << 8 | static_cast<unsigned char>(payload[1]));
}

std::string_view message::reason() const noexcept {
  return payload.size() < 2 ? std::string_view() : std::string_view(payload).substr(2);
}

/// True when the header is complete.
tl::expected<bool, violation> reader::read_header(std::string_view& input) {
  const auto needed = [&]() -> std::size_t {
    if (header_size_ < 2) return 2;
    const auto size = header_[1] & 0x7f;
    return 2U + (size == 126 ? 2U : size == 127 ? 8U : 0U) + ((header_[1] & 0x80) != 0 ? 4U : 0U);
  };
  while (header_size_ < needed()) {
    if (input.empty()) return false;
    header_[header_size_++] = static_cast<std::uint8_t>(input.front());
    input.remove_prefix(1);
    // The first two bytes say enough to refuse a peer, before it makes us wait for more.
    if (header_size_ == 2)
      if (auto ok = accept_header(); !ok) return failure(ok.error());
  }
  const auto small = header_[1] & 0x7f;
  std::size_t at = 2;
  left_ = static_cast<std::uint64_t>(small);
  if (small >= 126) {
    const std::size_t bytes = small == 126 ? 2 : 8;
    left_ = 0;
    for (std::size_t i = 0; i < bytes; ++i) left_ = left_ << 8 | header_[at++];
    if (left_ <= control_max || (bytes == 8 && left_ <= 0xffff))
      return failure({close_code::protocol_error, "length not in its shortest form"});
  }
  mask_ = {};
  if ((header_[1] & 0x80) != 0) std::copy_n(header_.begin() + static_cast<std::ptrdiff_t>(at), 4, mask_.begin());
  if (!is_control(kind_) && (left_ > message_max_ || message_.size() + left_ > message_max_))
    return failure({close_code::too_big, "message too big"});
  header_size_ = 0;
  mask_at_ = 0;
  in_payload_ = true;
  return true;
}

tl::expected<void, violation> reader::accept_header() {
  const auto protocol_error = [](std::string_view why) { return failure({close_code::protocol_error, why}); };
  if ((header_[0] & 0x70) != 0) return protocol_error("reserved bits are set");
  const auto code = header_[0] & 0x0f;
  if ((code > 2 && code < 8) || code > 10) return protocol_error("unknown opcode");
  kind_ = static_cast<opcode>(code);
  last_ = (header_[0] & 0x80) != 0;
  const bool masked = (header_[1] & 0x80) != 0;
  if (masked != (self_ == role::server)) return protocol_error(masked ? "frame is masked" : "frame is not masked");
  if (is_control(kind_)) {
    if (!last_) return protocol_error("control frame is fragmented");
    if ((header_[1] & 0x7f) > static_cast<int>(control_max)) return protocol_error("control frame too long");
  } else if ((kind_ == opcode::continuation) != message_kind_.has_value()) {
    return protocol_error(message_kind_ ? "message inside a message" : "continuation of nothing");
  }
  return {};
}

tl::expected<std::optional<message>, violation> reader::feed(std::string_view& input) {
  for (;;) {
    if (!in_payload_) {
      const auto complete = read_header(input);
      if (!complete) return failure(complete.error());
      if (!*complete) return std::optional<message>();
    }
    auto& into = is_control(kind_) ? control_ : message_;
    const auto take = static_cast<std::size_t>(std::min<std::uint64_t>(left_, input.size()));
    const auto from = into.size();
    into.append(input.substr(0, take));
    if (self_ == role::server)
      for (std::size_t i = from; i < into.size(); ++i) into[i] = static_cast<char>(into[i] ^ mask_[mask_at_++ % 4]);
    input.remove_prefix(take);
    left_ -= take;
    if (left_ > 0) return std::optional<message>();
    in_payload_ = false;
    auto done = finish_frame();
    if (!done || *done) return done;
  }
}

tl::expected<std::optional<message>, violation> reader::finish_frame() {
  if (is_control(kind_)) {
    message control{kind_, std::move(control_)};
    control_.clear();
    if (kind_ == opcode::close && !control.payload.empty()) {
      if (control.payload.size() == 1 || !sendable(static_cast<unsigned>(control.code())))
        return failure({close_code::protocol_error, "invalid close code"});
      if (!is_utf8(control.reason())) return failure({close_code::bad_data, "close reason is not UTF-8"});
    }
    return control;
  }
  if (kind_ != opcode::continuation) message_kind_ = kind_;
  if (!last_) return std::optional<message>();
  message whole{*message_kind_, std::move(message_)};
  message_.clear();
  message_kind_.reset();
  if (whole.kind == opcode::text && !is_utf8(whole.payload))
    return failure({close_code::bad_data, "text is not UTF-8"});
  return whole;
}

} // namespace troupe::net::websocket
