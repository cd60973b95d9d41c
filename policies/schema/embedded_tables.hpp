#pragma once
#include <span>
#include <string_view>

namespace troupe::policies::schema {

/// One of the files in `tables/`, as it was when the program was built.
struct embedded_table {
  std::string_view name;
  std::string_view text;
};

/// The files that describe types, one per API group.
[[nodiscard]] std::span<const embedded_table> type_tables() noexcept;
/// `resources.json` and `descriptions.json`.
[[nodiscard]] std::string_view resource_table() noexcept;
[[nodiscard]] std::string_view description_table() noexcept;

} // namespace troupe::policies::schema
