#pragma once
#include <compare>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace troupe::api {

/// resource.Quantity: a decimal number with a suffix (`100m`, `1.5Gi`, `1e3`). Held as an integer of nano units
/// in 128 bits, which covers every value that Kubernetes accepts; smaller parts round up, larger values are capped.
class quantity {
public:
  enum class format { decimal_si, binary_si, decimal_exponent };
  quantity() = default;
  [[nodiscard]] static quantity from_units(std::int64_t units, format f = format::decimal_si) noexcept;
  [[nodiscard]] static quantity from_milli(std::int64_t milli, format f = format::decimal_si) noexcept;
  /// Empty if the text is not a quantity.
  [[nodiscard]] static std::optional<quantity> parse(std::string_view text) noexcept;

  /// Rounded up to whole units or milli units, as `Value()` and `MilliValue()`; capped at the type's limits.
  [[nodiscard]] std::int64_t value() const noexcept;
  [[nodiscard]] std::int64_t milli() const noexcept;
  [[nodiscard]] bool negative() const noexcept { return nano_ < 0; }
  [[nodiscard]] bool zero() const noexcept { return nano_ == 0; }
  /// Canonical form: no fraction, the largest suffix that loses nothing.
  [[nodiscard]] std::string text() const;

  quantity& operator+=(const quantity& o) noexcept;
  quantity& operator-=(const quantity& o) noexcept;
  friend std::strong_ordering operator<=>(const quantity& a, const quantity& b) noexcept { return a.nano_ <=> b.nano_; }
  friend bool operator==(const quantity& a, const quantity& b) noexcept { return a.nano_ == b.nano_; }

private:
  __extension__ typedef __int128 wide;
  wide nano_ = 0;
  format format_ = format::decimal_si;
};

} // namespace troupe::api
