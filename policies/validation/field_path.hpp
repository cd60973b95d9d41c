#pragma once
#include <cstddef>
#include <string>
#include <string_view>

namespace troupe::policies::validation {

/// Where in a document a rule looks, as in `spec.containers[0].image`. It costs nothing until a complaint needs its
/// text: each part only points to its parent, so a path must not outlive the path that it was made from.
class field_path {
public:
  /// `names` may have dots: "spec.template".
  explicit constexpr field_path(std::string_view names = {}) noexcept : names_(names) {}

  [[nodiscard]] constexpr field_path operator/(std::string_view names) const& noexcept { return {*this, names, none}; }
  [[nodiscard]] constexpr field_path operator[](std::size_t index) const& noexcept { return {*this, {}, index}; }
  /// Member of a map: `limits[cpu]`.
  [[nodiscard]] constexpr field_path key(std::string_view name) const& noexcept { return {*this, name, map_key}; }

  // A path that is made from a temporary would point to nothing.
  field_path operator/(std::string_view) const&& = delete;
  field_path operator[](std::size_t) const&& = delete;
  field_path key(std::string_view) const&& = delete;

  [[nodiscard]] std::string text() const;

private:
  static constexpr std::size_t none = static_cast<std::size_t>(-1), map_key = static_cast<std::size_t>(-2);
  constexpr field_path(const field_path& parent, std::string_view names, std::size_t index) noexcept
      : parent_(&parent), names_(names), index_(index) {}

  const field_path* parent_ = nullptr;
  std::string_view names_;
  std::size_t index_ = none;
};

} // namespace troupe::policies::validation
