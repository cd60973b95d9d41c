#include "actors/apiserver/watch_session.hpp"
#include "actors/apiserver/operation.hpp"
#include "actors/base/error.hpp"
#include "policies/routing/watch_frame.hpp"
#include <caf/actor_cast.hpp>
#include <caf/send.hpp>

namespace troupe::actors::apiserver {

namespace {

using watch_cache::event_type;

constexpr std::uint64_t watch_number = 1;
constexpr auto bookmark_interval = caf::timespan{std::chrono::minutes(1)};

} // namespace

bool watch_session_state::plain() const noexcept {
  using representation = policies::routing::representation;
  auto& form = config.request.how.form;
  return form.what == representation::shape::object && form.bytes != representation::encoding::protobuf &&
         !config.type->convert;
}

bool watch_session_state::binary() const noexcept {
  return config.request.how.form.bytes == policies::routing::representation::encoding::protobuf;
}

void watch_session_state::open_stream() {
  stream = config.responder.stream(
    200, answer_headers(binary() ? "application/vnd.kubernetes.protobuf;stream=watch" : "application/json"));
  auto me = caf::actor_cast<caf::actor_addr>(self);
  stream.on_close([me] {
    if (auto strong = caf::actor_cast<caf::strong_actor_ptr>(me))
      caf::anon_send_exit(caf::actor_cast<caf::actor>(strong), caf::exit_reason::user_shutdown);
  });
}

void watch_session_state::open() {
  if (config.after > 0 && !config.send_initial) return follow(config.after);
  watch_cache::list_query query;
  query.where = {config.type->namespaced ? config.request.what.ns : "", config.request.what.name};
  query.at_least = config.after;
  self->request(config.cache, config.context->read_timeout, list_atom::value, share(std::move(query)))
    .then([this](const shared<watch_cache::list_result>& found) { show_initial(*found); },
          [this](caf::error& e) {
            respond_status(config.responder, api::timeout(text_of(e), 1));
            self->quit();
          });
}

void watch_session_state::show_initial(const watch_cache::list_result& found) {
  open_stream();
  for (auto& item : found.items) {
    auto object = served(*config.type, item);
    if (config.filter.matches(*config.type, *object)) write_object(event_type::added, object);
  }
  if (config.send_initial) bookmark(found.revision, true);
  follow(found.revision);
}

void watch_session_state::follow(std::int64_t after) {
  watch_cache::watch_query query;
  query.id = watch_number;
  query.where = {config.type->namespaced ? config.request.what.ns : "", config.request.what.name};
  query.after = after;
  self->request(config.cache, config.context->read_timeout, watch_atom::value, share(std::move(query)),
                caf::actor_cast<caf::actor>(self))
    .then(
      [this](std::int64_t) {
        if (!stream) open_stream();
      },
      [this](caf::error& e) {
        if (!stream) open_stream();
        if (code_of(e) == errc::compacted) {
          auto context = text_of(e);
          auto detail = context.substr(context.rfind(": ") + 2);
          error(api::expired("too old resource version: " + detail));
        } else {
          error(api::timeout(text_of(e), 1));
        }
      });
}

void watch_session_state::write(std::shared_ptr<const std::string> frame) {
  // What the cache has past the wanted revision comes before its answer that the watch has begun.
  if (!stream) open_stream();
  if (!stream.write(std::move(frame))) self->quit();
}

void watch_session_state::write_object(event_type seen_as, const object_handle& object) {
  auto document = render_event_object(object, *config.type, config.request.how, config.context->env->now());
  write_event(watch_cache::text(seen_as), *document);
}

void watch_session_state::write_event(std::string_view word, std::string_view document) {
  auto frame = std::make_shared<std::string>();
  if (binary()) {
    *frame = policies::routing::encode_watch_frame(word, document);
  } else {
    frame->reserve(document.size() + 40);
    frame->append(R"({"type":")").append(word).append(R"(","object":)").append(document).append("}\n");
  }
  write(std::move(frame));
}

void watch_session_state::event(const watch_cache::cached_event& e) {
  auto& type = *config.type;
  bool all = config.filter.selects_everything();
  auto in = [&](const object_handle& o) { return o && (all || config.filter.matches(type, *served(type, o))); };
  bool was = e.type != event_type::added && in(e.before);
  bool is = e.type != event_type::removed && in(e.after);
  if (!was && !is) return;
  auto seen_as = !was ? event_type::added : is ? event_type::modified : event_type::removed;
  if (plain()) return write(e.frame(seen_as));
  write_object(seen_as, served(type, e.after));
}

void watch_session_state::events(const watch_cache::event_batch& batch) {
  if (batch.ended != watch_cache::event_batch::end::open)
    return error(api::expired("The resourceVersion for the provided watch is too old."));
  if (batch.events.empty()) return bookmark(batch.revision, false);
  for (auto& e : batch.events) event(*e);
  self->send(config.cache, credit_atom::value, watch_number, caf::actor_cast<caf::actor>(self), std::uint32_t{1});
}

void watch_session_state::bookmark(std::int64_t revision, bool initial_end) {
  auto& kind = config.type->gvk;
  api::json::object metadata{{"resourceVersion", std::to_string(revision)}, {"creationTimestamp", nullptr}};
  if (initial_end) metadata["annotations"] = {{"k8s.io/initial-events-end", "true"}};
  api::json::object object{{"kind", kind.kind}, {"apiVersion", kind.api_version()}, {"metadata", std::move(metadata)}};
  if (config.request.how.form.what == policies::routing::representation::shape::table)
    object = {{"kind", "Table"},
              {"apiVersion", "meta.k8s.io/v1"},
              {"metadata", {{"resourceVersion", std::to_string(revision)}}},
              {"columnDefinitions", api::json::array{}},
              {"rows", api::json::array{}}};
  if (!binary()) return write_event("BOOKMARK", api::json::serialize(object));
  auto now = config.context->env->now();
  write_event("BOOKMARK",
              *render_event_object(api::object::make(std::move(object)), *config.type, config.request.how, now));
}

void watch_session_state::error(const api::status& s) {
  auto object = api::object::make(s.document());
  write_event("ERROR",
              *render(reply{.object = object}, nullptr, false, config.request.how, config.context->env->now()));
  close();
}

void watch_session_state::close() {
  // A watch whose time is over before the first event is an empty one.
  if (!stream) open_stream();
  stream.finish();
  self->quit();
}

caf::behavior watch_session(watch_session_state::self_pointer self, watch_config config) {
  auto& s = self->state;
  s.config = std::move(config);
  s.open();
  self->delayed_send(self, s.config.timeout, stop_atom::value);
  if (s.config.bookmarks) self->delayed_send(self, bookmark_interval, tick_atom::value);
  return {
    [=](event_atom, const shared<watch_cache::event_batch>& batch) { self->state.events(*batch); },
    [=](tick_atom) {
      auto& state = self->state;
      self->send(state.config.cache, credit_atom::value, watch_number, caf::actor_cast<caf::actor>(self),
                 std::uint32_t{0});
      self->delayed_send(self, bookmark_interval, tick_atom::value);
    },
    [=](stop_atom) { self->state.close(); },
  };
}

} // namespace troupe::actors::apiserver
