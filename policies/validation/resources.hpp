#pragma once
#include "policies/api/quantity.hpp"
#include "policies/validation/report.hpp"
#include <optional>

namespace troupe::policies::validation {

/// Resource names (API: resource names and quotas).
[[nodiscard]] bool is_hugepages(std::string_view name) noexcept;
/// Names that only the project's own documents may use: without a domain, or with one of kubernetes.io.
[[nodiscard]] bool is_native_resource(std::string_view name) noexcept;
[[nodiscard]] bool is_extended_resource(std::string_view name) noexcept;
/// Requests may stay below limits.
[[nodiscard]] bool allows_overcommit(std::string_view name) noexcept;
/// Counts: only whole numbers.
[[nodiscard]] bool is_integer_resource(std::string_view name) noexcept;
[[nodiscard]] bool is_standard_resource(std::string_view name) noexcept;
[[nodiscard]] bool is_standard_quota_resource(std::string_view name) noexcept;

/// The amount, or a complaint and nothing if the text is none.
[[nodiscard]] std::optional<api::quantity> read_quantity(report& out, const field_path& at, const json::value& value);
/// A name that is qualified, and standard if it has no domain.
void check_resource_name(report& out, const field_path& at, std::string_view name);
/// Not negative, whole where the resource is counted.
void check_resource_amount(report& out, const field_path& at, std::string_view name, const json::value& value);
/// `limits` and `requests` of a container.
void check_container_resources(report& out, const field_path& at, const json::object& resources);
/// Amounts as containers may limit them: pod overhead.
void check_resource_list(report& out, const field_path& at, const json::object& list);

} // namespace troupe::policies::validation
