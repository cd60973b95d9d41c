#pragma once
#include "actors/apiserver/worker.hpp"
#include <functional>
#include <memory>
#include <vector>

namespace troupe::actors::apiserver {

/// Which of `count` workers takes a call: by the object's key, so that writes of one object meet in one worker. All
/// services go to the first one, which hands out their addresses.
[[nodiscard]] std::size_t worker_of(const api::group_resource& type, std::string_view ns, std::string_view name,
                                    std::size_t count);

/// Where HTTP requests enter; shared with the I/O threads. Keeps its workers up to date.
class entrance {
public:
  /// Hands a request to the worker that its path names; 503 while there is none.
  void accept(http_exchange_ptr x) const;
  void set(std::vector<worker_actor> workers);

private:
  std::atomic<std::shared_ptr<const std::vector<worker_actor>>> workers_;
  mutable std::atomic<std::size_t> next_{0};
};

struct pool_state {
  static inline const char* name = "apiserver_pool";
  using self_pointer = stateful<pool_state, apiserver_actor::base>*;
  explicit pool_state(self_pointer s) : self(s) {}
  void spawn_worker(std::size_t index);
  void publish();

  self_pointer self;
  context_ptr context;
  directory::directory_actor directory;
  std::shared_ptr<entrance> door;
  std::vector<worker_actor> workers;
  std::size_t next = 0;
};

/// The API server of this process: `count` workers behind one handle. Role "apiserver".
apiserver_actor::behavior_type pool(pool_state::self_pointer self, context_ptr context,
                                    directory::directory_actor directory, std::size_t count,
                                    std::shared_ptr<entrance> door);

} // namespace troupe::actors::apiserver
