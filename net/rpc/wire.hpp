#pragma once
#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

/// What gRPC puts into HTTP/2 (the specification "gRPC over HTTP/2").
namespace troupe::net::rpc {

inline constexpr std::size_t prefix_bytes = 5; ///< of a message: a flag for compression and its length, big-endian

/// Writes the prefix of an uncompressed message.
void write_prefix(char* into, std::uint32_t message_bytes) noexcept;

/// Messages out of the bytes of a request.
class message_reader {
public:
  enum class verdict { good, too_large, compressed };

  /// A message may have that many bytes.
  explicit message_reader(std::size_t message_bytes_max) : max_(message_bytes_max) {}

  /// After another verdict than `good` the reader is of no more use.
  [[nodiscard]] verdict feed(std::string_view bytes);
  /// The next whole message; valid until the next call of anything.
  [[nodiscard]] std::optional<std::string_view> next();
  [[nodiscard]] bool whole() const noexcept;
  /// No byte is left: anything else at the end of a request is a torn message.
  [[nodiscard]] bool empty() const noexcept { return at_ == bytes_.size(); }
  [[nodiscard]] std::size_t size() const noexcept { return bytes_.size() - at_; }
  /// Length of the message that was too large.
  [[nodiscard]] std::uint32_t announced() const noexcept;

  /// The message, if `bytes` are just one.
  [[nodiscard]] static std::optional<std::string_view> only(std::string_view bytes, std::size_t max) noexcept;

private:
  [[nodiscard]] verdict judge() const noexcept;

  std::size_t max_;
  std::string bytes_;
  std::size_t at_ = 0; ///< what is before has been read
};

/// Value of the field `grpc-timeout`: up to eight digits and one of H M S m u n. Nothing if malformed.
[[nodiscard]] std::optional<std::chrono::nanoseconds> parse_timeout(std::string_view text) noexcept;

/// Value of the field `grpc-message`: everything but printable ASCII, and '%', as %XX.
[[nodiscard]] std::string percent_encoded(std::string_view text);

} // namespace troupe::net::rpc
