#pragma once
#include "actors/base/spawn.hpp"
#include "actors/directory/interface.hpp"
#include "actors/events/interface.hpp"
#include "actors/inspector/interface.hpp"
#include "policies/inspection/sample.hpp"
#include <caf/typed_event_based_actor.hpp>
#include <functional>
#include <memory>
#include <map>
#include <optional>
#include <set>
#include <vector>

namespace troupe::actors::inspector {

struct inspector_config {
  std::uint64_t node_id = 1;
  std::string node_name;
  bool control_plane = true;
  caf::timespan node_timeout{std::chrono::seconds(3)};  ///< for the answer of another node
  caf::timespan actor_timeout{std::chrono::seconds(1)}; ///< for that of an actor
  caf::timespan trace_lease{std::chrono::seconds(5)};   ///< a trace that nobody asks for so long ends
  std::shared_ptr<events::recorder_actor> recorder;     ///< of actions; may be null, and filled later
};

struct inspector_state {
  static inline const char* name = "inspector";
  using self_pointer = stateful<inspector_state, inspector_actor::base>*;
  explicit inspector_state(self_pointer s) : self(s) {}
  ~inspector_state(); ///< Its traces end with it.
  using on_answer = std::function<void(api::json::object)>;

  // sample.cpp
  [[nodiscard]] policies::inspection::node_sample sample(bool all) const;
  /// What the question is about in this process.
  void answer(const api::json::object& question, on_answer then);
  void describe_actor(std::uint64_t id, on_answer then);
  void describe_store(on_answer then);

  // actions.cpp
  /// Whether the asker is this process, or the inspector of a control-plane node: these ask for administrators.
  [[nodiscard]] bool trusts(const caf::strong_actor_ptr& asker) const;
  /// Ends an actor that a supervisor makes again.
  void restart_actor(std::uint64_t id, const std::string& by, const on_answer& then);
  /// Holds an actor for so long, or lets it go on. Who is needed to let others go on is not held.
  void pause_actor(std::uint64_t id, caf::timespan lease, const std::string& by, const on_answer& then);
  void resume_actor(std::uint64_t id, const std::string& by, const on_answer& then);
  void set_log_level(const std::string& level, const std::string& by, const on_answer& then);
  /// An Event about the node, for all to see what was done there.
  void record(const std::string& node, const std::string& reason, const std::string& message);
  void record_all(const std::string& by, const api::json::array& answers);

  // traces.cpp
  /// What a trace has found since its last question, which begins it. Without more questions it ends.
  void trace(const api::json::object& question, const on_answer& then);
  void end_if_forgotten(const std::string& session, std::uint64_t asked);

  // http.cpp
  void serve(const apiserver::http_exchange_ptr& x, const apiserver::user& who);
  struct gathering;
  /// Asks all nodes, or the one of that name.
  void gather(const api::json::object& question, std::string_view node, std::function<void(api::json::array)> then);

  // inspector.cpp
  void peer_changed(const std::string& role, const caf::strong_actor_ptr& player);
  void roster_changed(const roster& all);

  self_pointer self;
  directory::directory_actor directory;
  inspector_config config;
  std::map<std::uint64_t, std::string> nodes;             ///< of the roster, without those that were removed
  std::set<std::uint64_t> masters;                        ///< those of them that are of the control plane
  std::map<std::uint64_t, inspector_actor> peers;         ///< of other nodes, as far as they are reached
  std::map<std::string, caf::actor_id> roles;             ///< that this process plays
  struct open_trace {
    std::uint32_t number = 0;
    std::uint64_t asked = 0; ///< so often
  };
  std::map<std::string, open_trace> traces;               ///< by the name that the asker has given
  caf::actor store, shards;                               ///< null on workers, and while there is none
};

/// `inspector(self, directory, config)`. One in each process.
inspector_actor::behavior_type inspector(inspector_state::self_pointer self, directory::directory_actor directory,
                                         inspector_config config);

} // namespace troupe::actors::inspector
