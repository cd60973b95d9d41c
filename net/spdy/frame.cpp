#include "net/spdy/frame.hpp"
#include <algorithm>

namespace troupe::net::spdy {

namespace {

constexpr std::size_t header_size = 8;
constexpr std::uint16_t version = 3;

void append(std::string& out, std::uint32_t value, int bytes) {
  for (int i = bytes - 1; i >= 0; --i) out += static_cast<char>(value >> (8 * i));
}

std::string control(frame_type type, std::uint8_t flags, std::size_t size) {
  std::string out;
  out.reserve(header_size + size);
  append(out, 0x8000U | version, 2);
  append(out, static_cast<std::uint16_t>(type), 2);
  append(out, flags, 1);
  append(out, static_cast<std::uint32_t>(size), 3);
  return out;
}

std::uint8_t fin_flag(bool fin) noexcept { return fin ? flag_fin : 0; }

} // namespace

std::optional<std::uint32_t> number_at(std::string_view text, std::size_t at) noexcept {
  if (at + 4 > text.size()) return {};
  std::uint32_t value = 0;
  for (std::size_t i = 0; i < 4; ++i) value = value << 8 | static_cast<unsigned char>(text[at + i]);
  return value;
}

tl::expected<std::optional<frame>, std::string_view> reader::feed(std::string_view& input) {
  if (!in_payload_) {
    const auto take = std::min(header_size - header_.size(), input.size());
    header_.append(input.substr(0, take));
    input.remove_prefix(take);
    if (header_.size() < header_size) return std::optional<frame>();
    const auto first = *number_at(header_, 0), second = *number_at(header_, 4);
    header_.clear();
    current_ = {};
    current_.flags = static_cast<std::uint8_t>(second >> 24);
    left_ = second & 0xffffff;
    if ((first & 0x80000000U) == 0) {
      current_.stream = first;
      if (first == 0) return tl::unexpected<std::string_view>("data on stream 0");
    } else {
      if ((first >> 16 & 0x7fff) != version) return tl::unexpected<std::string_view>("unsupported SPDY version");
      current_.type = static_cast<frame_type>(first & 0xffff);
      if (current_.type == frame_type::data) return tl::unexpected<std::string_view>("unknown control frame");
    }
    if (left_ > payload_max_) return tl::unexpected<std::string_view>("frame too large");
    in_payload_ = true;
  }
  const auto take = std::min(left_, input.size());
  current_.payload.append(input.substr(0, take));
  input.remove_prefix(take);
  left_ -= take;
  if (left_ > 0) return std::optional<frame>();
  in_payload_ = false;
  return std::move(current_);
}

std::string encode_data(stream_id stream, std::string_view bytes, bool fin) {
  std::string out;
  out.reserve(header_size + bytes.size());
  append(out, stream, 4);
  append(out, fin_flag(fin), 1);
  append(out, static_cast<std::uint32_t>(bytes.size()), 3);
  return out.append(bytes);
}

std::string encode_syn_stream(stream_id stream, std::string_view block, bool fin) {
  auto out = control(frame_type::syn_stream, fin_flag(fin), block.size() + 10);
  append(out, stream, 4);
  append(out, 0, 4);  // Associated stream: none.
  append(out, 0, 2);  // Priority and slot.
  return out.append(block);
}

std::string encode_syn_reply(stream_id stream, std::string_view block, bool fin) {
  auto out = control(frame_type::syn_reply, fin_flag(fin), block.size() + 4);
  append(out, stream, 4);
  return out.append(block);
}

std::string encode_rst_stream(stream_id stream, reset_status why) {
  auto out = control(frame_type::rst_stream, 0, 8);
  append(out, stream, 4);
  append(out, static_cast<std::uint32_t>(why), 4);
  return out;
}

std::string encode_ping(std::string_view payload) {
  return control(frame_type::ping, 0, payload.size()).append(payload);
}

std::string encode_goaway(stream_id last, std::uint32_t status) {
  auto out = control(frame_type::goaway, 0, 8);
  append(out, last, 4);
  append(out, status, 4);
  return out;
}

} // namespace troupe::net::spdy
