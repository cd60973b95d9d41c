#pragma once
#include "policies/api/json.hpp"
#include "policies/api/resource.hpp"
#include "policies/api/status.hpp"
#include "policies/schema/registry.hpp"
#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace troupe::policies::schema {

namespace json = boost::json;

/// Bounds of one request body. The defaults are those of kube-apiserver where it has them.
struct decode_limits {
  std::size_t bytes_max = 3 * 1024 * 1024;
  int depth_max = 100;
  /// Members and items in all, after aliases of YAML are expanded.
  std::size_t values_max = 1'000'000;
};

/// What happens to unknown and duplicate fields (query parameter `fieldValidation`). They are never kept.
enum class field_validation { ignore, warn, strict };
/// Empty text means `warn`, as in Kubernetes; 422 for a word that is none of the
/// three, which speaks of `options_kind`: CreateOptions, UpdateOptions or PatchOptions.
[[nodiscard]] api::result<field_validation> parse_field_validation(std::string_view query_value,
                                                                   std::string_view options_kind = "CreateOptions");

enum class body_format { json, yaml, protobuf };
/// From a Content-Type with or without parameters; no header means JSON. 415 with Kubernetes' text for another one.
[[nodiscard]] api::result<body_format> parse_content_type(std::string_view header);

/// A body as the server sees it: known fields only, in Go's order, formats normalised, empty members left out or
/// written as Go does (`"status":{}`, `"creationTimestamp":null`).
struct decoded {
  json::object body;
  api::group_version_kind gvk; ///< of the body, completed from what was expected
  const type_info* type = nullptr;
  /// Texts for `Warning: 299 - "…"` headers, one per unknown or duplicate field, in order. Only with `warn`.
  std::vector<std::string> warnings;
};

/// Decodes the body of a request that should carry `expected`; a missing apiVersion or kind is completed from it.
/// Any failure is a 400 (413 for a body above the limit) in Kubernetes' words:
/// `Deployment in version "v1" cannot be handled as a Deployment: json: cannot unmarshal string into …`.
/// A body of another registered kind is an error, too; `decode_any` takes every registered kind.
[[nodiscard]] api::result<decoded> decode(body_format format, std::string_view bytes,
                                          const api::group_version_kind& expected, field_validation validation,
                                          const decode_limits& limits = {});

/// Decodes a body of any kind that the registry knows, as options of a delete or objects of a List.
[[nodiscard]] api::result<decoded> decode_any(body_format format, std::string_view bytes, field_validation validation,
                                              const decode_limits& limits = {});

/// JSON or YAML text as a document without a schema, for patches. Duplicate members: the last one counts.
[[nodiscard]] api::result<json::value> parse_document(body_format format, std::string_view bytes,
                                                      const decode_limits& limits = {});

/// The result of bringing a document into the server's form.
struct conformed {
  json::object body;
  std::vector<std::string> strict_errors; ///< `unknown field "spec.x"`, in order of appearance
};

/// Checks a document, such as the result of a patch, against a type and brings it into the form of `decoded`.
/// The error is Go's text, as `json: cannot unmarshal …`, without the sentence about the kind.
[[nodiscard]] tl::expected<conformed, std::string> conform(const json::value& document, const type_info& type,
                                                           const decode_limits& limits = {});

/// Brings an object that the program itself made or changed into the form of `decoded`: order, omissions, zero forms.
/// Members that the type does not have are dropped; values of the wrong shape are kept as they are.
[[nodiscard]] json::object to_wire(const json::object& body, const type_info& type);

/// `strict decoding error: unknown field "spec.a", duplicate field "spec.b"`.
[[nodiscard]] std::string strict_error_text(const std::vector<std::string>& strict_errors);

} // namespace troupe::policies::schema
