#pragma once
#include "policies/admission/request.hpp"
#include "policies/admission/resource_quota.hpp"
#include "policies/api/object.hpp"
#include "policies/api/status.hpp"
#include "policies/schema/descriptor.hpp"
#include "policies/strategy/context.hpp"
#include <string>
#include <vector>

namespace troupe::policies::pipeline {

/// What a write may draw on besides its documents. Documents are in the stored version of the type.
struct write_context {
  const schema::descriptor& type;
  std::string subresource;
  std::string ns, name; ///< from the URL; `name` is empty on create
  admission::user by;
  bool dry_run = false;
  api::time_point now;
  const strategy::random_source& random;
  const admission::lookup& view;
};

/// Brings a decoded body to what the store shall hold: metadata checks, defaults, admission, strategy. Not validated
/// yet: services get their addresses in between. Failures are those that the client sees.
[[nodiscard]] api::result<api::json::object> prepare_create(const write_context& ctx, api::json::object body);
/// Validation and the checking half of admission on a prepared object.
[[nodiscard]] api::result<void> check_create(const write_context& ctx, api::json::object& body);

/// Admission of what is posted to a subresource: an eviction, a binding, a request for a token.
[[nodiscard]] api::result<void> admit(const write_context& ctx, api::json::object& body);
/// Admission of a deletion.
[[nodiscard]] api::result<void> check_delete(const write_context& ctx, const api::object& current);
/// Quotas to be charged in the transaction of a checked write; `old` is null on create. Fails with 403 where one of
/// them is exceeded.
[[nodiscard]] api::result<std::vector<admission::quota_charge>> charge(const write_context& ctx,
                                                                       api::json::object& body, const api::object* old);

enum class update_outcome {
  store,     ///< write the body
  unchanged, ///< nothing to write: answer with the old object
  remove     ///< the last finalizer went: take the object out of the store
};

/// The same for a new version of `old`, by PUT or as the result of a patch. Checks uid and resourceVersion if `body`
/// has them: 409.
[[nodiscard]] api::result<api::json::object> prepare_update(const write_context& ctx, api::json::object body,
                                                            const api::object& old);
[[nodiscard]] api::result<update_outcome> check_update(const write_context& ctx, api::json::object& body,
                                                       const api::object& old);

/// A stored document in the version that a client asked for, and back.
[[nodiscard]] api::json::object to_served(const schema::descriptor& type, const api::object& stored);
[[nodiscard]] api::json::object to_stored(const schema::descriptor& type, api::json::object served);

} // namespace troupe::policies::pipeline
