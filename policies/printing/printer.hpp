#pragma once
#include "policies/api/json.hpp"
#include "policies/api/time.hpp"
#include "policies/printing/pod_status.hpp"
#include <optional>
#include <span>
#include <string_view>

namespace troupe::policies::printing {

namespace json = boost::json;

/// One object on its way into a table. `now` makes the ages.
struct row {
  const json::object& body;
  api::time_point now;
  /// Computed by the first cell that asks: three cells of a pod share it.
  mutable std::optional<pod_status> pod{};
};

/// One column: what the client shows as its head, and how the cell comes about.
struct column {
  std::string_view name;
  std::string_view type;         ///< "string", "integer", "boolean" or "date", as in OpenAPI
  std::string_view format;       ///< "name" for the object's name, which clients treat apart
  int priority;                  ///< above 0: only with wide output
  std::string_view description;
  json::value (*cell)(const row&);
};

/// Columns of one kind, in order.
using columns = std::span<const column>;

/// The columns of a kind; name and time of creation for kinds that have none of their own.
[[nodiscard]] columns columns_of(std::string_view group, std::string_view kind) noexcept;

/// A kind and its columns. Each file of columns has one list of these.
struct printer {
  std::string_view group;
  std::string_view kind;
  columns shown;
};
using printers = std::span<const printer>;
[[nodiscard]] printers apps_printers() noexcept;
[[nodiscard]] printers batch_printers() noexcept;
[[nodiscard]] printers core_printers() noexcept;
[[nodiscard]] printers discovery_printers() noexcept;
[[nodiscard]] printers node_printers() noexcept;
[[nodiscard]] printers policy_printers() noexcept;
[[nodiscard]] printers storage_printers() noexcept;

} // namespace troupe::policies::printing
