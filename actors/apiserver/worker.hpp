#pragma once
#include "actors/apiserver/context.hpp"
#include "actors/apiserver/extension.hpp"
#include "actors/apiserver/http.hpp"
#include "actors/apiserver/operation.hpp"
#include "actors/apiserver/references.hpp"
#include "actors/apiserver/view.hpp"
#include "actors/base/spawn.hpp"
#include "actors/directory/interface.hpp"
#include "actors/mirror/interface.hpp"
#include "actors/shards/stores.hpp"
#include "actors/watch_cache/interface.hpp"
#include "policies/pipeline/write.hpp"
#include <caf/typed_event_based_actor.hpp>
#include <deque>
#include <map>

namespace troupe::actors::apiserver {

/// A worker with everything that reaches it from inside the process.
using worker_actor = apiserver_actor::extend<
  /// One HTTP request; answered through its responder.
  caf::reacts_to<http_atom, http_exchange_ptr>,
  /// From the mirrors that feed admission and the node authorizer.
  caf::reacts_to<changed_atom, shared<mirror::update>>,
  /// From the keeper of the map of shards.
  caf::reacts_to<changed_atom, shared<shards::shard_map>>,
  /// From the directory: the store, a watch cache or a mirror came or went.
  caf::reacts_to<peer_atom, std::string, caf::strong_actor_ptr>,
  /// Its own timer: tries an operation again.
  caf::reacts_to<retry_atom, std::uint64_t>>;

/// What a write ends with: the key's new value, or its removal, with the condition that nobody else wrote meanwhile.
struct write_intent {
  api::object_key key;
  std::int64_t expected_revision = 0; ///< 0: the key must not exist
  const api::json::object* body = nullptr; ///< null: remove
  object_handle before;                    ///< what is there now; null on create
};

/// What services hold, as the worker that hands out addresses knows it.
struct address_table {
  bool known = false;        ///< false: to be read before the next allocation
  policies::strategy::service_allocations held;
  std::int64_t revision = 0; ///< of the key that every allocation writes (services.cpp)
};

struct worker_state {
  static inline const char* name = "apiserver";
  using self_pointer = stateful<worker_state, worker_actor::base>*;
  explicit worker_state(self_pointer s) : self(s) {}

  // behavior.cpp
  void handle(const http_exchange_ptr& x);
  void answer(const http_exchange_ptr& x, user who);
  void watch(http_call c, const http_exchange_ptr& x);
  /// The store and all caches are there, and what nodes are related to is known.
  [[nodiscard]] bool ready() const;

  // execute.cpp
  void execute(shared<call> what, std::function<void(reply)> done);
  void start(const operation_ptr& op);
  void finish(const operation_ptr& op, reply r);
  void fail(const operation_ptr& op, const api::status& s) { finish(op, failed(s)); }
  void fail(const operation_ptr& op, const caf::error& e);
  void retry_later(const operation_ptr& op, caf::timespan delay);
  void after(caf::timespan delay, std::function<void()> then);
  void retry(std::uint64_t ticket);
  void peer_changed(const std::string& role, const caf::strong_actor_ptr& player);

  // read.cpp
  void get(const operation_ptr& op);
  void list(const operation_ptr& op);
  void list_from_cache(const operation_ptr& op, std::int64_t at_least);
  struct page_walk;
  void list_from_store(const operation_ptr& op, std::int64_t revision, std::string start);
  void walk(const operation_ptr& op, const std::shared_ptr<page_walk>& w);
  using on_object = std::function<void(object_handle)>;
  void fetch(const operation_ptr& op, const api::group_resource& type, const api::object_key& key,
             std::int64_t at_least, on_object then);
  /// The current version of the operation's object; answers 404 by itself where there is none.
  void fetch_current(const operation_ptr& op, on_object then);

  // write.cpp
  void create(const operation_ptr& op);
  void create_prepared(const operation_ptr& op, std::shared_ptr<api::json::object> body);
  void update(const operation_ptr& op);
  void update_with(const operation_ptr& op, const object_handle& current, api::json::object body);
  void store_checked(const operation_ptr& op, const object_handle& current, std::shared_ptr<api::json::object> body);
  [[nodiscard]] api::result<api::json::object> decode_body(const operation_ptr& op) const;
  [[nodiscard]] policies::pipeline::write_context context_of(const operation_ptr& op,
                                                             std::string_view object_name = {});
  /// Reads what admission did not find; true if the operation will start again.
  bool look_up_misses(const operation_ptr& op);

  // commit.cpp
  using on_written = std::function<void(std::int64_t revision)>;
  /// One transaction of the intent and the operation's side writes. A lost race starts the operation again. Side
  /// writes of types in another shard go first, each in a transaction of its own: what was charged for a write that
  /// then fails is corrected by the controller that counts, as in Kubernetes.
  void commit(const operation_ptr& op, const write_intent& intent, on_written then);
  using deadline = std::chrono::steady_clock::time_point;
  void commit_until(const operation_ptr& op, const write_intent& intent, on_written then, deadline until);
  void commit_aside(const operation_ptr& op, const write_intent& intent, on_written then, deadline until,
                    std::size_t side);
  /// What failed because its type is moving is tried again until the deadline.
  void commit_failed(const operation_ptr& op, const write_intent& intent, on_written then, deadline until,
                     const caf::error& e);
  void committed(const operation_ptr& op, const write_intent& intent, const api::json::object* after,
                 std::int64_t revision);
  void lost_race(const operation_ptr& op);
  void lost_side_race(const operation_ptr& op);

  // charge.cpp
  /// Waits for the turn among the charged writes of the namespace and adds the charges to the operation's side writes.
  void charge(const operation_ptr& op, std::shared_ptr<api::json::object> body, const object_handle& old,
              std::function<void()> then);
  void next_charge(const std::string& ns);

  // patch.cpp
  void patch(const operation_ptr& op);
  void patch_current(const operation_ptr& op, const object_handle& current);
  [[nodiscard]] api::result<api::json::object> patched(const operation_ptr& op, const api::object& before) const;

  // remove.cpp
  void remove(const operation_ptr& op);
  void remove_current(const operation_ptr& op, const object_handle& current);
  void remove_collection(const operation_ptr& op);
  [[nodiscard]] api::result<api::json::object> delete_options_of(const operation_ptr& op) const;

  // services.cpp
  void allocate(const operation_ptr& op, std::shared_ptr<api::json::object> body, const object_handle& old,
                std::function<void()> then);
  void read_addresses(const operation_ptr& op, std::function<void()> then);

  // subresource.cpp
  void subresource(const operation_ptr& op);
  void bind(const operation_ptr& op);
  void scale(const operation_ptr& op);
  /// Admission of a body that is posted to a subresource; answers by itself and gives false where it refuses. `pod` is
  /// the pod that the request is about, if any.
  [[nodiscard]] bool admit_subresource(const operation_ptr& op, api::json::object& body, const object_handle& pod);

  // token_request.cpp
  void issue_token(const operation_ptr& op);
  void grant_token(const operation_ptr& op, const object_handle& account, api::json::object body,
                   const object_handle& bound);

  // check_token.cpp
  using on_checked = std::function<void(bool valid)>;
  /// Whether the account and the object that the token is bound to are still those that it was issued for.
  void check_token(const token_identity& token, on_checked then);
  void check_bound(const token_identity& token, on_checked then);

  // evict.cpp
  void evict(const operation_ptr& op);
  void evict_pod(const operation_ptr& op, const object_handle& pod, const api::json::object& options,
                 const std::vector<api::object_ptr>& budgets);
  void remove_evicted(const operation_ptr& op, api::json::object options);

  // review.cpp
  void review(const operation_ptr& op);
  void review_token(const operation_ptr& op, api::json::object body);

  // place.cpp
  void map_changed(const shared<shards::shard_map>& map);
  [[nodiscard]] std::uint32_t shard_of(const api::group_resource& type) const;
  /// Null while there is none.
  [[nodiscard]] store::store_actor store_of(const api::group_resource& type) const;

  self_pointer self;
  context_ptr context;
  random_source random;
  policies::strategy::random_source draw;
  store::store_actor store;          ///< shard 0
  shards::stores members;
  shared<shards::shard_map> map;     ///< null while it is not known: what is not in shard 0 is refused there
  extension_actor registrar; ///< answers for joining and membership; null while there is none in this process
  std::map<std::string, watch_cache::watch_cache_actor> caches; ///< by type.text()
  admission_view view;
  reference_view references;
  address_table addresses;
  std::map<std::string, std::deque<std::function<void()>>> charging; ///< by namespace; the front one has its turn
  std::map<std::string, std::deque<operation_ptr>> queues; ///< by order key; the front is the one in progress
  std::size_t in_progress = 0;
  std::map<std::uint64_t, std::function<void()>> sleeping; ///< wait for their next try
  std::uint64_t tickets = 0;
  directory::directory_actor directory;
};

/// `worker(self, context, directory)`.
worker_actor::behavior_type worker(worker_state::self_pointer self, context_ptr context,
                                   directory::directory_actor directory);

} // namespace troupe::actors::apiserver
