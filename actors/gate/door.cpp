#include "actors/gate/door.hpp"
#include "actors/base/error.hpp"
#include <caf/actor_cast.hpp>
#include <caf/send.hpp>

namespace troupe::actors::gate {

namespace {

caf::error refused(const char* what) { return make_error(errc::invalid_argument, what); }

/// Asks the front and passes the answer on, so that the asking node learns of no actor but the door.
template <class Answer, class... Ts>
caf::typed_response_promise<Answer> ask(door_state::self_pointer self, const Ts&... xs) {
  auto promise = self->template make_response_promise<Answer>();
  self->request(self->state.behind, self->state.timeout, xs...)
      .then([=](const Answer& a) mutable { promise.deliver(a); },
            [=](caf::error& e) mutable { promise.deliver(std::move(e)); });
  return promise;
}

} // namespace

bool door_state::belongs_to_sender(const caf::actor& subscriber) const {
  auto& sender = self->current_sender();
  return subscriber && sender && sender->node() == subscriber.node();
}

watch_cache::watch_cache_actor::behavior_type door(door_state::self_pointer self, front_config config,
                                                   directory::directory_actor directory) {
  using namespace watch_cache;
  self->state.timeout = config.limits.read_timeout + std::chrono::seconds(1);
  // A door without its front would be of no use, nor a front that nobody reaches.
  self->state.behind = self->spawn<caf::linked>(front, std::move(config), directory);
  return {
      [=](read_atom a, const std::string& ns, const std::string& name, std::int64_t at_least) {
        return ask<object_handle>(self, a, ns, name, at_least);
      },
      [=](list_atom a, const shared<list_query>& query) -> caf::result<shared<list_result>> {
        if (!query) return refused("no query");
        return ask<shared<list_result>>(self, a, query);
      },
      [=](watch_atom a, const shared<watch_query>& query, const caf::actor& subscriber) -> caf::result<std::int64_t> {
        if (!query) return refused("no query");
        if (!self->state.belongs_to_sender(subscriber)) return refused("a subscriber of another node");
        return ask<std::int64_t>(self, a, query, subscriber);
      },
      [=](cancel_atom a, std::uint64_t id, const caf::actor& subscriber) {
        if (self->state.belongs_to_sender(subscriber))
          caf::anon_send(caf::actor_cast<caf::actor>(self->state.behind), a, id, subscriber);
      },
      [=](credit_atom a, std::uint64_t id, const caf::actor& subscriber, std::uint32_t batches) {
        if (self->state.belongs_to_sender(subscriber))
          caf::anon_send(caf::actor_cast<caf::actor>(self->state.behind), a, id, subscriber, batches);
      },
      // What a watch cache hears from its own side is nothing that a node may say.
      [=](event_atom, const shared<store::event_batch>&) {},
      [=](peer_atom, const std::string&, const caf::strong_actor_ptr&) {},
      [=](tick_atom) {},
  };
}

} // namespace troupe::actors::gate
