#include "net/websocket/channels.hpp"
#include "net/certificates/base64.hpp"

namespace troupe::net::websocket {

namespace {
/// The channel that carries "close channel N" in version 5.
constexpr std::uint8_t close_channel = 255;
} // namespace

const std::vector<std::string_view>& channel_protocols() {
  static const std::vector<std::string_view> all{v5_name, v4_name, v4_base64_name};
  return all;
}

std::optional<channel_protocol> parse_channel_protocol(std::string_view name) noexcept {
  if (name == v4_name) return channel_protocol::v4;
  if (name == v5_name) return channel_protocol::v5;
  if (name == v4_base64_name) return channel_protocol::v4_base64;
  return {};
}

std::string encode_channel(channel_protocol protocol, std::uint8_t channel, std::string_view data) {
  if (protocol == channel_protocol::v4_base64) return static_cast<char>('0' + channel) + certificates::base64(data);
  std::string out;
  out.reserve(data.size() + 1);
  out += static_cast<char>(channel);
  return out.append(data);
}

std::string encode_channel_close(std::uint8_t channel) {
  return {static_cast<char>(close_channel), static_cast<char>(channel)};
}

std::optional<channel_message> decode_channel(channel_protocol protocol, std::string_view payload) {
  if (payload.empty()) return {};
  const auto first = static_cast<std::uint8_t>(payload.front());
  payload.remove_prefix(1);
  if (protocol == channel_protocol::v4_base64) {
    auto data = certificates::base64_decode(payload);
    if (first < '0' || first > '9' || !data) return {};
    return channel_message{static_cast<std::uint8_t>(first - '0'), false, std::move(*data)};
  }
  if (protocol == channel_protocol::v5 && first == close_channel) {
    if (payload.size() != 1) return {};
    return channel_message{static_cast<std::uint8_t>(payload.front()), true, {}};
  }
  return channel_message{first, false, std::string(payload)};
}

} // namespace troupe::net::websocket
