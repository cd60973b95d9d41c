#pragma once
#include "policies/api/object.hpp"
#include <string>
#include <string_view>

namespace troupe::policies::controllers {

namespace json = boost::json;

/// The reference by which a controller owns what it makes: `controller` and `blockOwnerDeletion` are true.
[[nodiscard]] json::object controller_reference(const api::object& owner, std::string_view api_version,
                                                std::string_view kind);
/// Whether the object's controlling owner has this uid.
[[nodiscard]] bool controlled_by(const api::object& object, std::string_view uid) noexcept;
/// Adds an owner reference to a document.
void add_owner(json::object& body, json::object reference);
/// Removes all references with this uid; the member goes when it becomes empty.
void drop_owner(json::object& body, std::string_view uid);

/// A document for a pod from a pod template (`metadata` and `spec`): labels, annotations and finalizers of the
/// template, a generated name after the owner's, and the owner as controller.
[[nodiscard]] json::object pod_from_template(const json::object& pod_template, const api::object& owner,
                                             std::string_view api_version, std::string_view kind);

} // namespace troupe::policies::controllers
