#pragma once
#include "actors/apiserver/http.hpp"
#include "actors/base/spawn.hpp"
#include "actors/watch_cache/interface.hpp"
#include "net/http/responder.hpp"
#include "policies/pipeline/paging.hpp"
#include <caf/allowed_unsafe_message_type.hpp>
#include <chrono>

namespace troupe::actors::apiserver {

/// What one watch needs; made by the worker that took the request.
struct watch_config {
  http_call request;
  const policies::schema::descriptor* type = nullptr;
  policies::pipeline::list_filter filter;
  std::int64_t after = -1;        ///< -1: from now, with what there is first; 0: the same from any state; else resume
  bool send_initial = false;      ///< `sendInitialEvents`: ends the first part by an annotated bookmark
  bool bookmarks = false;
  caf::timespan timeout{std::chrono::minutes(30)};
  watch_cache::watch_cache_actor cache;
  context_ptr context;
  net::http::responder responder;
};

/// One watch of one client: filters and encodes events and passes them to the connection. A client that does not read
/// is closed by the connection's bound; then this actor ends.
struct watch_session_state {
  static inline const char* name = "watch";
  using self_pointer = stateful<watch_session_state>*;
  explicit watch_session_state(self_pointer s) : self(s) {}

  void open();
  void show_initial(const watch_cache::list_result& found);
  void follow(std::int64_t after);
  void events(const watch_cache::event_batch& batch);
  void event(const watch_cache::cached_event& e);
  void write_object(watch_cache::event_type seen_as, const object_handle& object);
  void bookmark(std::int64_t revision, bool initial_end);
  void error(const api::status& s);
  void open_stream();
  void write(std::shared_ptr<const std::string> frame);
  void close();
  void write_event(std::string_view word, std::string_view document);
  [[nodiscard]] bool plain() const noexcept;
  [[nodiscard]] bool binary() const noexcept;

  self_pointer self;
  watch_config config;
  net::http::stream_writer stream;
};

caf::behavior watch_session(watch_session_state::self_pointer self, watch_config config);

} // namespace troupe::actors::apiserver
