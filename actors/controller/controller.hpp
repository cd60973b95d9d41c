#pragma once
#include "actors/apiserver/interface.hpp"
#include "actors/base/environment.hpp"
#include "actors/base/spawn.hpp"
#include "actors/directory/interface.hpp"
#include "actors/events/interface.hpp"
#include "actors/mirror/interface.hpp"
#include "policies/api/object_table.hpp"
#include "policies/controllers/plan.hpp"
#include "policies/queueing/retry_queue.hpp"
#include <functional>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <vector>

namespace troupe::actors::controller {

namespace controllers = policies::controllers;

/// All that a controller sees: one table per type that it follows.
class tables {
public:
  [[nodiscard]] api::object_table& of(const api::group_resource& type) { return all_[type]; }
  [[nodiscard]] const api::object_table& of(const api::group_resource& type) const;

private:
  std::map<api::group_resource, api::object_table> all_;
};

using enqueue = std::function<void(const api::object_key&)>;

/// One kind of controller: what it follows, which keys a change concerns, and its plan.
struct binding {
  std::string name;                       ///< "deployment": component of its events
  std::vector<api::group_resource> types; ///< whose mirrors it needs; nothing is planned before all are there
  std::function<void(const api::group_resource&, const mirror::change&, const tables&, const enqueue&)> keys;
  std::function<controllers::plan(const tables&, const api::object_key&, api::time_point now)> plan;
  std::size_t in_work_max = 16;           ///< keys worked on at a time
};

struct controller_config {
  caf::timespan call_timeout{std::chrono::seconds(15)};
  /// How long a key waits for the mirrors to show its own writes before it is planned all the same.
  caf::timespan echo_timeout{std::chrono::seconds(5)};
  policies::queueing::retry_config retry{};
};

struct controller_state {
  static inline const char* name = "controller";
  using self_pointer = stateful<controller_state>*;
  explicit controller_state(self_pointer s) : self(s) {}

  /// A write of this controller that a mirror has not shown yet.
  struct echo {
    api::group_resource type;
    api::object_key key;
    std::string uid;             ///< of a removal: gone or being deleted is enough
    std::int64_t revision = 0;   ///< of any other write
  };
  /// One key in work.
  struct job {
    controllers::plan plan;
    std::size_t next_batch = 0;
    std::size_t open = 0;        ///< steps under way
    std::string error;           ///< of the first failed step
    bool cleaning_up = false;    ///< the steps after a failure are under way
    std::vector<echo> echoes;
    std::uint64_t round = 0;     ///< dates the timer of the echoes
  };

  // controller.cpp
  void changed(const mirror::update& u);
  void pump();
  void arm_timer();
  void begin(const api::object_key& key);
  [[nodiscard]] bool synced() const noexcept { return seen.size() == what.types.size(); }

  // steps.cpp
  void run_next_batch(const api::object_key& key);
  void run(const api::object_key& key, const controllers::step& s);
  void step_done(const api::object_key& key, const controllers::step& s, const apiserver::reply& r);
  void step_failed(const api::object_key& key, const controllers::step& s, const std::string& why);
  void batch_done(const api::object_key& key);
  void finish(const api::object_key& key);
  void release(const api::object_key& key);
  void check_echoes();
  [[nodiscard]] bool shown(const echo& e) const;
  void record(const controllers::event& e, std::string_view object_name, std::string_view error) const;

  self_pointer self;
  binding what;
  environment_ptr env;
  controller_config config;
  apiserver::apiserver_actor api;
  events::recorder_actor recorder;
  tables view;
  std::set<api::group_resource> seen;                  ///< types whose first update came
  policies::queueing::retry_queue<api::object_key> queue;
  std::map<api::object_key, job> jobs;
  std::uint64_t rounds = 0;
  std::optional<policies::queueing::instant> armed;    ///< when the queue's timer fires
};

/// `controller(self, binding, environment, directory, config)`: level-driven; works off a deduplicating queue of keys,
/// one plan of a key at a time, and plans a key again only when the mirrors show what it wrote itself.
caf::behavior controller(controller_state::self_pointer self, binding what, environment_ptr env,
                         directory::directory_actor directory, controller_config config);

} // namespace troupe::actors::controller
