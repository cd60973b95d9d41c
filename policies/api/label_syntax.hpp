#pragma once
#include <string>
#include <string_view>
#include <vector>

namespace troupe::api {

/// Complaints about a label key or annotation key ("example.com/name"), in Kubernetes' words
/// (apimachinery `validation.IsQualifiedName`); empty if it is well formed.
[[nodiscard]] std::vector<std::string> label_key_errors(std::string_view key);
/// The same for a label value, at most 63 characters (`validation.IsValidLabelValue`).
[[nodiscard]] std::vector<std::string> label_value_errors(std::string_view value);
/// The same for a lower-case RFC 1123 subdomain, at most 253 characters (`validation.IsDNS1123Subdomain`).
[[nodiscard]] std::vector<std::string> subdomain_errors(std::string_view name);
/// Text in double quotes with escapes, as error texts show a string value (Go's %q for printable text).
[[nodiscard]] std::string quoted(std::string_view text);

} // namespace troupe::api
