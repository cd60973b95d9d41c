#pragma once
#include <cstdint>
#include <string>
#include <string_view>

/// Bytes of the store's own encodings: unsigned LEB128 varints, zigzag for signed numbers, length before text.
namespace troupe::storage::mvcc {

class writer {
public:
  explicit writer(std::string& out) : out_(out) {}
  void byte(std::uint8_t x) { out_.push_back(static_cast<char>(x)); }
  void number(std::uint64_t x);
  void signed_number(std::int64_t x) {
    number((static_cast<std::uint64_t>(x) << 1) ^ static_cast<std::uint64_t>(x >> 63));
  }
  void text(std::string_view x) {
    number(x.size());
    out_.append(x);
  }

private:
  std::string& out_;
};

/// Never reads beyond its input. After the first mistake everything reads as zero or empty and `ok` is false.
class reader {
public:
  explicit reader(std::string_view in) : in_(in) {}
  std::uint8_t byte();
  std::uint64_t number();
  std::int64_t signed_number() {
    auto x = number();
    return static_cast<std::int64_t>(x >> 1) ^ -static_cast<std::int64_t>(x & 1);
  }
  std::string_view text();
  /// A count of things that take at least one byte each: never above what is left, so that it is safe to reserve.
  std::size_t count();
  std::string_view rest() {
    auto all = in_;
    in_ = {};
    return all;
  }
  void fail() noexcept {
    ok_ = false;
    in_ = {};
  }
  [[nodiscard]] bool ok() const noexcept { return ok_; }
  /// Read to the end without a mistake.
  [[nodiscard]] bool done() const noexcept { return ok_ && in_.empty(); }

private:
  std::string_view in_;
  bool ok_ = true;
};

} // namespace troupe::storage::mvcc
