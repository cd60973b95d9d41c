#pragma once
#include <cstdint>
#include <string>
#include <string_view>

namespace troupe::policies::schema {

/// Wire types of protocol buffers that Kubernetes uses.
enum class wire_type : std::uint8_t { varint = 0, fixed64 = 1, bytes = 2, group_start = 3, group_end = 4, fixed32 = 5 };

/// Reads the wire format from a view. Once a read failed, `failed()` stays true and reads give zero values.
class wire_reader {
public:
  explicit wire_reader(std::string_view bytes) : at_(bytes.data()), end_(at_ + bytes.size()) {}
  [[nodiscard]] bool done() const noexcept { return at_ == end_ || error_ != nullptr; }
  [[nodiscard]] bool failed() const noexcept { return error_ != nullptr; }
  /// Go's text of the failure.
  [[nodiscard]] const char* error() const noexcept { return error_ ? error_ : ""; }
  void fail(const char* text) noexcept {
    if (!error_) error_ = text;
  }

  struct tag {
    std::uint32_t number;
    wire_type type;
  };
  [[nodiscard]] tag next() noexcept;
  [[nodiscard]] std::uint64_t varint() noexcept;
  [[nodiscard]] std::uint64_t fixed64() noexcept;
  [[nodiscard]] std::string_view bytes() noexcept;
  /// Passes over the value of a field that nobody knows; groups up to 32 deep.
  void skip(tag t, int depth = 0) noexcept;

private:
  const char* at_;
  const char* end_;
  const char* error_ = nullptr;
};

/// Appends the wire format to a text.
class wire_writer {
public:
  explicit wire_writer(std::string& out) : out_(out) {}
  void varint(std::uint64_t value);
  void key(std::uint32_t number, wire_type type) {
    varint(std::uint64_t{number} << 3 | static_cast<std::uint8_t>(type));
  }
  void number(std::uint32_t field, std::int64_t value);
  void fixed64(std::uint32_t field, std::uint64_t value);
  void bytes(std::uint32_t field, std::string_view value);

private:
  std::string& out_;
};

} // namespace troupe::policies::schema
