#pragma once
#include "actors/base/spawn.hpp"
#include "actors/directory/interface.hpp"
#include "actors/mirror/interface.hpp"
#include "policies/api/object_table.hpp"
#include "policies/authorization/node_graph.hpp"
#include <caf/typed_event_based_actor.hpp>
#include <map>
#include <set>
#include <string>
#include <vector>

namespace troupe::actors::gate {

/// One per control-plane process: knows which objects the pods of which node use, and passes on the changes of these
/// objects only to those who stand for that node. Directory role "references".
using references_actor = caf::typed_actor<
  /// Subscribes the actor, until it dies, to objects of a type ("secrets") that the pods of a node use. It gets
  /// `(changed_atom, shared<mirror::update>)` as from a mirror; an object that comes into use is an addition.
  caf::reacts_to<watch_atom, std::string, caf::actor, std::string>,
  /// The revision of the type once pods and type are both not older than asked, as of `mirror::dated_mirror_actor`.
  caf::replies_to<read_atom, std::string, std::int64_t>::with<std::int64_t>,
  /// From the mirrors.
  caf::reacts_to<changed_atom, shared<mirror::update>>,
  /// From the directory: a mirror came or went.
  caf::reacts_to<peer_atom, std::string, caf::strong_actor_ptr>>;

struct references_state {
  static inline const char* name = "references";
  using self_pointer = stateful<references_state, references_actor::base>*;
  explicit references_state(self_pointer s);

  void peer_changed(const std::string& role, const caf::strong_actor_ptr& player);
  void changed(const mirror::update& u);
  void subscribe(const std::string& type, const caf::actor& subscriber, const std::string& node);
  caf::result<std::int64_t> read(const std::string& type, std::int64_t at_least);
  void down(const caf::actor_addr& who);

  using graph_change = policies::authorization::node_graph::change;
  void relate(const mirror::update& u);
  void related(const graph_change& c);
  void flush();
  void objects_changed(const mirror::update& u);
  void greet(const std::string& type);
  void send_first(const std::string& type, const caf::actor& subscriber, const std::string& node);
  [[nodiscard]] bool ready(const std::string& type) const;

  /// What is known of one type whose objects are seen by reference.
  struct type_entry {
    policies::authorization::related kind;
    bool synced = false;
    std::int64_t revision = 0;
    api::object_table objects;
    std::map<std::string, std::vector<caf::actor>, std::less<>> subscribers; ///< by node
    std::map<std::string, std::vector<mirror::change>, std::less<>> pending; ///< by node; sent at the end of a turn
  };
  self_pointer self;
  policies::authorization::node_graph graph;
  std::map<std::string, caf::strong_actor_ptr> sources; ///< mirrors, by type
  std::map<std::string, type_entry, std::less<>> types; ///< fixed at start
  std::set<std::string> synced;                         ///< types of the graph whose first update is in
};

/// `references(self, directory)`. Offers itself at once; subscribers get their first update when all mirrors are in.
references_actor::behavior_type references(references_state::self_pointer self, directory::directory_actor directory);

} // namespace troupe::actors::gate
