#pragma once
#include "policies/api/object.hpp"
#include "policies/api/resource.hpp"
#include "policies/api/time.hpp"
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace troupe::policies::controllers {

namespace json = boost::json;

/// What users are told about an object. In the event of a step, "{name}" stands for the name that the server gave to
/// the object of the step, "{error}" for the message of the failure.
struct event {
  api::object_ptr about;
  bool warning = false;
  std::string reason;
  std::string message;
};

enum class action : std::uint8_t { create, update, remove, remove_collection };
/// `propagationPolicy` of a removal; `unset` leaves it to the server.
enum class propagation : std::uint8_t { unset, background, foreground, orphan };

/// One request to the API server. An update carries the resourceVersion that the plan was made from, so that it fails
/// with a conflict when somebody was faster; the key is then planned again. A removal of what is not there succeeds.
struct step {
  action what = action::create;
  api::group_resource type;
  std::string subresource;          ///< "status", "finalize"; empty for the object itself
  api::object_key key;              ///< of a creation with `generateName` only the namespace; of a collection, too
  json::object body;                ///< of a creation or an update
  std::string uid;                  ///< precondition of a removal; empty for none
  std::string resource_version;     ///< precondition of a removal; empty for none
  std::optional<std::int64_t> grace_period_seconds; ///< of a removal
  propagation policy = propagation::unset;
  bool exists_is_success = false;   ///< of a creation: somebody else's object of that name will do
  std::optional<event> on_success;
  std::optional<event> on_failure;
};

/// Steps that may run at the same time.
using batch = std::vector<step>;

/// What a controller should do next about one key.
struct plan {
  /// Run in order. When a step fails, its batch is finished, the later ones are dropped, and the key is retried.
  std::vector<batch> batches;
  /// To record at once, whatever becomes of the steps.
  std::vector<event> events;
  /// Steps after a failure, from the message of the first failed step; may be empty.
  std::function<batch(const std::string& error)> after_failure;
  /// Look at the key again after this time although nothing changes.
  std::optional<api::duration> requeue_after;
  /// One sentence for the log.
  std::string reason;

  [[nodiscard]] bool idle() const noexcept { return batches.empty() && events.empty(); }
  /// Adds a batch of one step.
  void then(step s) { batches.push_back({std::move(s)}); }
  /// Adds a batch unless it is empty.
  void then(batch b);
  /// The sooner of the present and this time counts.
  void look_again_after(api::duration delay);
};

/// A creation. The key comes from the body's metadata.
[[nodiscard]] step create(api::group_resource type, json::object body);
/// An update of the object or one of its subresources.
[[nodiscard]] step update(api::group_resource type, json::object body, std::string subresource = {});
/// A removal with the object's uid as precondition.
[[nodiscard]] step remove(api::group_resource type, const api::object& object);

/// The object's document in memory of its own, to be changed. Documents of parsed objects lie in one block that copies
/// would keep alive.
[[nodiscard]] json::object editable(const api::object& object);

/// Cuts many equal steps into batches of 1, 2, 4, … so that a failure that hits all of them costs few requests.
[[nodiscard]] std::vector<batch> slow_start(std::vector<step> steps);

} // namespace troupe::policies::controllers
