#pragma once
#include "actors/apiserver/client.hpp"
#include "actors/simulation/follower.hpp"
#include "actors/simulation/observer.hpp"
#include "actors/simulation/world.hpp"
#include "policies/chaos/faults.hpp"
#include "policies/chaos/history.hpp"
#include "policies/chaos/objects.hpp"
#include "policies/chaos/scenario.hpp"
#include "tools/chaos/report.hpp"
#include <map>
#include <set>

namespace troupe::tools::chaos {

/// The port of the service in front of a deployment.
[[nodiscard]] constexpr std::uint16_t service_port(std::uint32_t deployment) noexcept {
  return static_cast<std::uint16_t>(8'000 + deployment);
}

/// One run of a scenario in the simulation. The seed decides everything.
class simulated_run {
public:
  simulated_run(const policies::chaos::scenario& what, std::uint64_t seed,
                actors::simulation::mutation wrong = actors::simulation::mutation::none);
  ~simulated_run();
  [[nodiscard]] report run();

private:
  using reply = actors::apiserver::reply;
  struct client {
    bool busy = false;
    std::uint64_t next_ms = 0;
    std::map<std::uint32_t, std::int64_t> known; ///< resource versions that it saw, by register
  };
  /// One client's watch of config maps. It goes on elsewhere, from where it was.
  struct watcher {
    std::shared_ptr<const actors::simulation::follower_listener> listener;
    std::int64_t from = 0, seen = 0; ///< revisions: after the last list, and of what was told
    std::vector<std::pair<std::int64_t, std::string>> told; ///< since the list: revision and key
  };
  struct timed {
    std::uint64_t at_ms;
    std::uint64_t order;
    std::function<void()> what;
    bool operator<(const timed& o) const { return at_ms != o.at_ms ? at_ms < o.at_ms : order < o.order; }
  };

  // simulated_run.cpp: the course of a run
  void step();
  void violated(const std::string& what);
  void attend();
  void at(std::uint64_t ms, std::function<void()> what) { plan_.insert({ms, ++order_, std::move(what)}); }
  [[nodiscard]] std::uint64_t now_ms() const;
  void summarize();

  // checks.cpp: what must hold
  void hold(const std::string& name, const std::string& wrong);
  void leads(const actors::store::store_status& s);
  void told(std::uint64_t node, const actors::store::event_batch& b);
  void object_changed(const std::string& key, const std::string* was, const std::string* now);
  void verify();
  void verify_members();
  void verify_watchers();
  void verify_owners();

  // workload.cpp: what clients do
  void prepare_workload();
  void work();
  void use_register(std::size_t number);
  void read_register(std::size_t number, std::uint32_t key);
  void write_register(std::size_t number, std::uint32_t key);
  void roll(std::uint32_t number);
  void churn(std::uint64_t number);
  void remove_namespace(const std::string& name);
  void sweep();
  void answered(std::uint64_t asked_ms, const reply* r, bool write);

  // side_load.cpp: watches, finalizers, and pods of somebody else
  void prepare_side_load();
  void move_watcher(std::size_t number);
  void guard(std::uint64_t number);
  void place_strangers();
  /// Asks some API server until it has answered without an error of its own.
  void insist(actors::apiserver::call_ptr what, std::function<void(const reply&)> then = {});
  actors::simulation::host* server();

  // disturb.cpp: what breaks, and what heals
  void begin(const policies::chaos::fault& f);
  void end(const policies::chaos::fault& f);
  void cut(std::uint64_t a, std::uint64_t b, bool both, bool on);
  void heal();

  // convergence.cpp
  /// Who waits for what; empty if everything is as it should be.
  [[nodiscard]] std::string waiting() const;
  [[nodiscard]] std::string objects_waiting() const;
  void nodes_waiting(std::vector<std::string>& out) const;
  void deployments_waiting(std::vector<std::string>& out) const;
  void pods_waiting(std::vector<std::string>& out) const;
  void members_waiting(std::vector<std::string>& out) const;
  void networks_waiting(std::vector<std::string>& out) const;

  policies::chaos::scenario scenario_;
  report report_;
  policies::chaos::chance chance_;
  policies::chaos::store_history history_;
  policies::chaos::write_ledger ledger_;
  policies::chaos::leader_record leaders_;
  policies::chaos::binding_record bindings_;
  policies::chaos::owner_record owners_;
  policies::chaos::surge_record surges_;
  std::vector<watcher> watchers_;
  std::map<std::string, bool> guarded_; ///< keys of objects with a finalizer: whether it may go
  std::map<std::uint64_t, std::vector<std::uint64_t>> voters_; ///< of each member, as it told last
  mutable std::pair<std::size_t, std::string> objects_waited_{0, ""}; ///< what was found at that length of the history
  std::map<std::uint64_t, std::uint64_t> attended_; ///< the life of each node that has its observer
  std::set<timed> plan_;
  std::uint64_t order_ = 0, begin_ms_ = 0, newest_term_ = 0, last_write_ms_ = 0;
  bool working_ = false;
  std::vector<client> clients_;
  std::map<std::uint32_t, std::int64_t> newest_; ///< known revision of each register: nothing older may be seen
  std::uint64_t tokens_ = 0, insisting_ = 0;
  std::set<std::string> namespaces_; ///< that are there, as far as the workload knows
  actors::simulation::world world_;  ///< last: its end calls back into the above
};

} // namespace troupe::tools::chaos
