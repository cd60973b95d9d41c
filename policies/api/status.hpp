#pragma once
#include "policies/api/json.hpp"
#include "policies/api/resource.hpp"
#include <optional>
#include <string>
#include <string_view>
#include <tl/expected.hpp>
#include <vector>

namespace troupe::api {

/// Kinds of field error; the source of `causes[].reason` and of the text in front.
enum class field_error_type {
  not_found, required, duplicate, invalid, type_invalid, not_supported, forbidden, too_long, too_many, internal
};

/// One complaint about one field, in Kubernetes' words (apimachinery `field.Error`).
struct field_error {
  field_error_type type;
  std::string field;          ///< path as the client wrote it: `spec.containers[0].image`
  std::string value;          ///< as shown: strings quoted, `null` for nil; empty where the type shows none
  std::string detail;
  /// "Invalid value: \"x\": must be …": the cause message.
  [[nodiscard]] std::string message() const;
  /// "FieldValueInvalid": the cause reason.
  [[nodiscard]] std::string_view reason() const noexcept;
};
using field_errors = std::vector<field_error>;

/// A failed request as the client sees it: `kind: Status` of meta/v1 with HTTP code, reason and causes.
struct status {
  int code = 500;
  std::string reason;  ///< "NotFound", "Invalid", …; may be empty
  std::string message;
  struct cause { std::string reason, message, field; };
  struct {
    std::string name, group, kind, uid;
    std::vector<cause> causes;
    int retry_after_seconds = 0;
  } details;

  /// The `Status` document with status "Failure".
  [[nodiscard]] json::object document() const;
};

template <class T> using result = tl::expected<T, status>;
using failure = tl::unexpected<status>;

// Makers with Kubernetes' codes, reasons and texts. `type` is printed as "deployments.apps".
[[nodiscard]] status not_found(const group_resource& type, std::string_view name);
[[nodiscard]] status already_exists(const group_resource& type, std::string_view name);
/// 409 of an update whose resourceVersion is stale.
[[nodiscard]] status conflict(const group_resource& type, std::string_view name, std::string_view why =
  "the object has been modified; please apply your changes to the latest version and try again");
[[nodiscard]] status invalid(std::string_view group, std::string_view kind, std::string_view name,
                             const field_errors& errors);
[[nodiscard]] status bad_request(std::string message);
[[nodiscard]] status unauthorized(std::string message = "Unauthorized");
[[nodiscard]] status forbidden(const group_resource& type, std::string_view name, std::string_view why);
[[nodiscard]] status method_not_supported(const group_resource& type, std::string_view action);
[[nodiscard]] status not_acceptable(std::string message);
[[nodiscard]] status unsupported_media_type(std::string message);
[[nodiscard]] status request_entity_too_large(std::string message);
/// 410 with reason "Expired": the revision asked for was compacted.
[[nodiscard]] status expired(std::string message);
[[nodiscard]] status timeout(std::string message, int retry_after_seconds = 0);
[[nodiscard]] status too_many_requests(std::string message, int retry_after_seconds = 1);
[[nodiscard]] status service_unavailable(std::string message);
[[nodiscard]] status internal_error(std::string_view what);
/// 404 of a path that no resource serves: "the server could not find the requested resource".
[[nodiscard]] status unknown_resource();

} // namespace troupe::api
