#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

/// Kubernetes' channel protocols on WebSocket messages: the first byte of a message names the channel.
namespace troupe::net::websocket {

enum class channel_protocol { v4, v5, v4_base64 };

inline constexpr std::string_view v4_name = "v4.channel.k8s.io";
inline constexpr std::string_view v5_name = "v5.channel.k8s.io";
inline constexpr std::string_view v4_base64_name = "v4.base64.channel.k8s.io";

/// In our order of preference.
[[nodiscard]] const std::vector<std::string_view>& channel_protocols();
[[nodiscard]] std::optional<channel_protocol> parse_channel_protocol(std::string_view name) noexcept;

/// One message taken apart.
struct channel_message {
  std::uint8_t channel = 0;
  bool closes = false;   ///< v5: no more data on `channel`
  std::string data;
};

/// Payload of a message for that channel. Base64 messages are text, the others binary.
[[nodiscard]] std::string encode_channel(channel_protocol protocol, std::uint8_t channel, std::string_view data);
/// v5 only: "no more data on that channel".
[[nodiscard]] std::string encode_channel_close(std::uint8_t channel);
/// Nothing if the message is malformed.
[[nodiscard]] std::optional<channel_message> decode_channel(channel_protocol protocol, std::string_view payload);

} // namespace troupe::net::websocket
