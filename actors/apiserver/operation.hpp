#pragma once
#include "actors/apiserver/interface.hpp"
#include "policies/schema/descriptor.hpp"
#include <functional>
#include <optional>
#include <memory>
#include <string>

namespace troupe::actors::apiserver {

/// An object that is written in the same transaction as the operation's own, under the condition that nobody else has
/// written it since: the quota that is charged, the budget that pays for an eviction.
struct side_write {
  api::group_resource type;
  api::object_key key;
  std::int64_t expected_revision = 0;                  ///< 0: must not exist
  api::json::object body;
};

/// One call in progress in a worker.
struct operation {
  shared<call> what;
  const policies::schema::descriptor* type = nullptr;
  const policies::schema::subresource* sub = nullptr;  ///< null for the main resource
  std::function<void(reply)> done;                     ///< to be called once
  bool dry_run = false;
  bool generated_name = false;                         ///< the object came with generateName only
  int attempts = 0;                                    ///< repetitions after a conflict or a missed look-up
  int collisions = 0;                                  ///< repetitions because of a side write
  std::vector<side_write> also; ///< what the commit writes besides; drawn up anew at each attempt
  bool holds_quota = false;                            ///< it is its turn among the charged writes of its namespace
  bool addresses_read = false;                         ///< the table of service addresses was read for this operation
  std::string order_key;                               ///< calls with the same key are worked on one after another
  std::vector<std::string> warnings;
};
using operation_ptr = std::shared_ptr<operation>;

/// The decoded query option, or an empty text.
[[nodiscard]] std::string_view query(const call& c, const std::string& name);
/// A stored object in the version that the type is served in; null stays null.
[[nodiscard]] object_handle served(const policies::schema::descriptor& type, const object_handle& stored);
/// 405 in the words of the API machinery, which name no resource.
[[nodiscard]] api::status method_refused();
/// 422 about the body of a subresource.
[[nodiscard]] api::status invalid_payload(const operation& op, const api::field_errors& errors);
/// `Status` failure as a reply.
[[nodiscard]] reply failed(const api::status& s);
/// The object as a reply with that code.
[[nodiscard]] reply succeeded(object_handle object, int code = 200);
/// `Status` with status "Success" about a removed object.
[[nodiscard]] reply removed(const policies::schema::descriptor& type, const api::object& object);

} // namespace troupe::actors::apiserver
