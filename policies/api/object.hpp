#pragma once
#include "policies/api/json.hpp"
#include "policies/api/resource.hpp"
#include <atomic>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

namespace troupe::api {

class object;
/// API objects travel as immutable shared handles; a change is a new object.
using object_ptr = std::shared_ptr<const object>;

/// One API object of any kind: its JSON document and what everybody asks of it. Immutable once made, so it may be read
/// from all threads. The document always has `apiVersion`, `kind` and `metadata`.
class object {
public:
  /// Takes over `body`. A `metadata.resourceVersion` is set to `revision` unless that is 0.
  [[nodiscard]] static object_ptr make(json::object body, std::int64_t revision = 0);
  /// Parses JSON bytes that the store wrote; null pointer if they are not a JSON object.
  [[nodiscard]] static object_ptr parse(std::string_view bytes, std::int64_t revision = 0);

  [[nodiscard]] const json::object& body() const noexcept { return body_; }
  [[nodiscard]] const json::object& metadata() const noexcept { return *metadata_; }
  /// The member, or an empty object if it is missing.
  [[nodiscard]] const json::object& spec() const noexcept { return *spec_; }
  [[nodiscard]] const json::object& status() const noexcept { return *status_; }

  [[nodiscard]] std::string_view api_version() const noexcept { return string_at(body_, {"apiVersion"}); }
  [[nodiscard]] std::string_view kind() const noexcept { return string_at(body_, {"kind"}); }
  [[nodiscard]] std::string_view name() const noexcept { return name_; }
  [[nodiscard]] std::string_view ns() const noexcept { return ns_; }
  [[nodiscard]] std::string_view uid() const noexcept { return string_at(*metadata_, {"uid"}); }
  [[nodiscard]] object_key key() const { return {std::string(ns_), std::string(name_)}; }
  /// `metadata.resourceVersion` as a number; 0 where it is unset.
  [[nodiscard]] std::int64_t revision() const noexcept { return revision_; }
  [[nodiscard]] std::int64_t generation() const noexcept { return int_at(*metadata_, {"generation"}); }
  [[nodiscard]] bool deleting() const noexcept { return metadata_->contains("deletionTimestamp"); }
  /// The members, or an empty object.
  [[nodiscard]] const json::object& labels() const noexcept { return *labels_; }
  [[nodiscard]] const json::object& annotations() const noexcept { return *annotations_; }
  /// The owner reference with `controller: true`, or null.
  [[nodiscard]] const json::object* controller_owner() const noexcept;

  /// The document as compact JSON, encoded at the first call and kept for the next ones.
  [[nodiscard]] std::shared_ptr<const std::string> encoded() const;

  explicit object(json::object&& body, std::int64_t revision);
  object(const object&) = delete;
  object& operator=(const object&) = delete;

private:
  json::object body_;
  const json::object* metadata_;
  const json::object* spec_;
  const json::object* status_;
  const json::object* labels_;
  const json::object* annotations_;
  std::string_view name_;
  std::string_view ns_;
  std::int64_t revision_;
  mutable std::atomic<std::shared_ptr<const std::string>> encoded_;
};

} // namespace troupe::api
