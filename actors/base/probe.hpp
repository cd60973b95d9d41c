#pragma once
#include <atomic>
#include <caf/actor_control_block.hpp>
#include <caf/fwd.hpp>
#include <cstdint>
#include <functional>
#include <mutex>
#include <set>
#include <string>
#include <vector>

namespace troupe::actors {

/// Counters of one actor, written by the actor itself, read from anywhere.
struct probe {
  std::uint64_t id = 0;
  std::uint64_t parent = 0; ///< actor that spawned this one; 0 for a root
  const caf::local_actor* self = nullptr;
  std::atomic<std::uint64_t> received{0};
  std::atomic<std::uint64_t> handled{0};
  std::atomic<std::uint64_t> busy_ns{0};
  /// Who looks at its messages: a bit for each trace, and one for a pause. The one load that a message costs without.
  std::atomic<std::uint32_t> attention{0};
};

/// What the inspector shows of an actor.
struct actor_row {
  std::uint64_t id, parent;
  std::string name;
  std::uint64_t mailbox_depth, handled, busy_ns;
};

/// All living actors of a process. One per process, shared by several actor systems in tests.
class probe_table {
public:
  void add(probe* p);
  void remove(probe* p);
  [[nodiscard]] std::vector<actor_row> rows() const;
  /// The living actors of one system. To end a simulated process; elsewhere they may be gone before the caller looks.
  [[nodiscard]] std::vector<caf::strong_actor_ptr> actors_of(const caf::actor_system& system) const;
  /// Runs `what` for the probe of each living actor of one system. It must neither take long nor spawn.
  void for_each(const caf::actor_system& system, const std::function<void(probe&)>& what) const;
  [[nodiscard]] static probe_table& instance();

private:
  mutable std::mutex mutex_;
  std::set<probe*> all_;
};

/// Id of the actor whose handler runs on this thread, 0 outside of handlers: becomes the parent of what it spawns.
[[nodiscard]] std::uint64_t current_actor() noexcept;
/// Sets the above for a scope.
class current_actor_scope {
public:
  explicit current_actor_scope(std::uint64_t id) noexcept;
  ~current_actor_scope();
  current_actor_scope(const current_actor_scope&) = delete;
  current_actor_scope& operator=(const current_actor_scope&) = delete;

private:
  std::uint64_t before_;
};

/// Logs an exception that a handler let out and turns it into the error with which the actor ends.
[[nodiscard]] caf::error on_exception(caf::scheduled_actor* self, std::exception_ptr& thrown);


/// An error that is the unhandled answer to a request of the actor ends it, as CAF does by itself. One that answers no
/// request is logged: CAF delivers the answer to a one-way message too, its receiver may refuse that answer, and the
/// refusal comes back as an error to an actor that has done nothing wrong.
void on_error(caf::scheduled_actor* self, caf::error& what);

} // namespace troupe::actors
