#pragma once
#include "actors/apiserver/extension.hpp"
#include "actors/directory/roster.hpp"
#include "actors/mirror/interface.hpp"
#include "policies/cluster/identity.hpp"
#include <caf/typed_actor.hpp>
#include <optional>
#include <string>

namespace troupe::actors::join {

/// A request below "/troupe/v1/", without what only HTTP knows.
struct question {
  std::string method;
  std::string path;    ///< decoded, without the prefix: "join", "tokens/abc"
  std::string body;
  apiserver::user who;
  std::optional<policies::cluster::node_identity> node; ///< whose certificate the sender showed
  std::string address; ///< where it comes from
};
/// An HTTP status code and a JSON document; a Status of meta/v1 where the code is 400 or more.
struct answer {
  int code = 200;
  std::string body;
};

/// Lets nodes into the cluster and takes them out. One on each control-plane node, directory role "registrar"; they
/// share nothing but the store.
///   GET    ca            the cluster's CA, the time and the version: for anybody, to be compared with a join string
///   POST   join          a node with a token becomes a member (policies/joining/messages.hpp)
///   POST   renew         a member, known by its certificate, says where it is and gets a new certificate
///   GET, POST, DELETE    tokens, tokens/<id>    for system:masters
///   GET, DELETE          nodes, nodes/<name>    for system:masters
///   GET                  store                  members and state of the store, for system:masters
///   POST                 store/leader           hands the leadership over, for system:masters
using registrar_actor = apiserver::extension_actor::extend<
  /// Always answered; failures are answers too. If none comes in time, nobody knows what has happened: it may be asked
  /// again.
  caf::replies_to<call_atom, shared<question>>::with<shared<answer>>,
  /// From the roster: whose certificates count no more.
  caf::reacts_to<roster_atom, shared<roster>>,
  /// From the mirror of nodes: who deletes a Node takes the node out.
  caf::reacts_to<changed_atom, shared<mirror::update>>,
  /// From the directory: the store, the API server, the roster or the mirror came or went.
  caf::reacts_to<peer_atom, std::string, caf::strong_actor_ptr>,
  /// Its own timer: the objects of a node that was taken out can go now.
  caf::reacts_to<remove_atom, std::string>>;

} // namespace troupe::actors::join

// Questions never leave the process.
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(troupe::actors::shared<troupe::actors::join::question>)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(troupe::actors::shared<troupe::actors::join::answer>)
