#pragma once
#include "actors/base/atoms.hpp"
#include "actors/base/message.hpp"
#include "policies/api/status.hpp"
#include <caf/typed_actor.hpp>
#include <map>
#include <string>
#include <vector>

namespace troupe::actors::apiserver {

enum class verb : std::uint8_t { get, list, watch, create, update, patch, remove, remove_collection, connect };

/// Who asks, as authentication found out.
struct user {
  std::string name; ///< "system:anonymous" for nobody
  std::string uid;
  std::vector<std::string> groups;
  std::map<std::string, std::vector<std::string>> extra;
};

/// One API request, whatever it came by. In-process components make it with the functions of `client.hpp`.
struct call {
  verb what = verb::get;
  user who;
  std::string group, version, resource, subresource;
  std::string ns, name;
  std::map<std::string, std::string> query; ///< decoded options: "fieldManager", "dryRun", "labelSelector", …
  std::string content_type;                 ///< of `body`; for a patch its kind
  std::string body;                         ///< bytes as received; empty where `object` is set
  object_handle object;                     ///< decoded body of an in-process caller

  [[nodiscard]] api::group_resource type() const { return {group, resource}; }
};

/// The answer before it is rendered for a client.
struct reply {
  int code = 200;                    ///< HTTP status
  object_handle object;              ///< the object, or a Status document where `code` is 400 or more
  std::vector<object_handle> items;  ///< of a list
  std::int64_t revision = 0;         ///< of a list: the revision that it shows
  std::string continue_token;        ///< of a list: where the next page starts; empty at the end
  std::int64_t remaining = 0;        ///< of a list with a limit: how many items follow this page
  std::vector<std::string> warnings; ///< texts for Warning headers

  [[nodiscard]] bool ok() const noexcept { return code < 400; }
  /// The `message` of a failed reply.
  [[nodiscard]] std::string_view message() const { return object ? api::string_at(object->body(), {"message"}) : ""; }
  [[nodiscard]] std::string_view reason() const { return object ? api::string_at(object->body(), {"reason"}) : ""; }
};

/// One of the workers behind the API. Calls about one object are worked on one after another.
using apiserver_actor = caf::typed_actor<
  /// Carries out the call. Always answered; failures are replies too. If no answer comes in time, a write may have
  /// happened.
  caf::replies_to<call_atom, shared<call>>::with<shared<reply>>>;

template <class Inspector> typename Inspector::result_type inspect(Inspector& f, user& x) {
  return f(caf::meta::type_name("user"), x.name, x.uid, x.groups, x.extra);
}
template <class Inspector> typename Inspector::result_type inspect(Inspector& f, call& x) {
  return f(caf::meta::type_name("call"), x.what, x.who, x.group, x.version, x.resource, x.subresource, x.ns, x.name,
           x.query, x.content_type, x.body, x.object);
}
template <class Inspector> typename Inspector::result_type inspect(Inspector& f, reply& x) {
  return f(caf::meta::type_name("reply"), x.code, x.object, x.items, x.revision, x.continue_token, x.remaining,
           x.warnings);
}

} // namespace troupe::actors::apiserver
