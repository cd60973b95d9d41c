#pragma once
#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace troupe::net::http {

/// ASCII case-insensitive equality, as header names and tokens are compared (RFC 9110 section 5.1).
[[nodiscard]] bool iequals(std::string_view a, std::string_view b) noexcept;

/// Header fields in the order they came, names compared without case. One buffer holds all bytes, so that a request
/// costs two allocations whatever its number of fields. Views are valid until the next change.
class headers {
public:
  headers() = default;
  headers(std::initializer_list<std::pair<std::string_view, std::string_view>> fields);

  /// Appends a field; names may repeat. Total size is bounded by 4 GiB, which the parsers' limits keep far away.
  void add(std::string_view name, std::string_view value);
  /// Replaces all fields of that name by one.
  void set(std::string_view name, std::string_view value);
  void remove(std::string_view name);

  /// The first value of that name, or an empty view; `contains` tells absent from empty.
  [[nodiscard]] std::string_view find(std::string_view name) const noexcept;
  [[nodiscard]] bool contains(std::string_view name) const noexcept;
  [[nodiscard]] std::size_t count(std::string_view name) const noexcept;
  /// True if one of the comma-separated elements of any field of that name equals `token` (parameters are cut off).
  [[nodiscard]] bool has_token(std::string_view name, std::string_view token) const noexcept;

  [[nodiscard]] std::size_t size() const noexcept { return fields_.size(); }
  [[nodiscard]] bool empty() const noexcept { return fields_.empty(); }
  /// Field by position, name then value.
  [[nodiscard]] std::pair<std::string_view, std::string_view> operator[](std::size_t index) const noexcept;

  class iterator {
  public:
    iterator(const headers* owner, std::size_t index) : owner_(owner), index_(index) {}
    std::pair<std::string_view, std::string_view> operator*() const noexcept { return (*owner_)[index_]; }
    iterator& operator++() noexcept { ++index_; return *this; }
    bool operator==(const iterator&) const = default;

  private:
    const headers* owner_;
    std::size_t index_;
  };
  [[nodiscard]] iterator begin() const noexcept { return {this, 0}; }
  [[nodiscard]] iterator end() const noexcept { return {this, fields_.size()}; }

private:
  struct field { std::uint32_t name, name_size, value, value_size; };
  std::string bytes_;
  std::vector<field> fields_;
};

} // namespace troupe::net::http
