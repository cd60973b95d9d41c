#include "actors/apiserver/client.hpp"
#include "actors/base/error.hpp"
#include "actors/gate/door.hpp"
#include <caf/actor_cast.hpp>

namespace troupe::actors::gate {

namespace {

using apiserver::call;
using apiserver::reply;

constexpr auto lookup_timeout = caf::timespan{std::chrono::seconds(6)};

shared<reply> failed(const api::status& s) {
  reply r;
  r.code = s.code;
  r.object = api::object::make(s.document());
  return share(std::move(r));
}

} // namespace

caf::result<shared<reply>> api_door_state::pass(const shared<call>& given) {
  if (!given) return failed(api::bad_request("a call without content"));
  if (under_way >= limits.calls_max)
    return failed(api::too_many_requests("too many requests, please try again later"));
  ++under_way;
  auto c = *given;
  c.who = apiserver::node(node);
  auto promise = self->make_response_promise<shared<reply>>();
  auto ours = share(std::move(c));
  api ? forward(ours, promise) : find_api(ours, promise);
  return promise;
}

void api_door_state::finish(answer& promise, shared<reply> r) {
  --under_way;
  promise.deliver(std::move(r));
}

void api_door_state::find_api(const shared<call>& c, answer promise) {
  self->request(directory, lookup_timeout, lookup_atom::value, std::string("apiserver"))
      .then(
          [=, this](const caf::strong_actor_ptr& player) mutable {
            if (!api && player) {
              api = caf::actor_cast<apiserver::apiserver_actor>(player);
              self->monitor(api);
            }
            if (api) return forward(c, promise);
            finish(promise, failed(api::service_unavailable("the API server is starting")));
          },
          [=, this](caf::error&) mutable {
            finish(promise, failed(api::service_unavailable("the API server is starting")));
          });
}

void api_door_state::forward(const shared<call>& c, answer promise) {
  self->request(api, limits.call_timeout, call_atom::value, c)
      .then([=, this](const shared<reply>& r) mutable { finish(promise, r); },
            [=, this](caf::error& e) mutable {
              bool late = e == caf::sec::request_timeout;
              finish(promise, failed(late ? api::timeout("request did not complete within the allotted timeout")
                                          : api::service_unavailable("the API server is starting")));
            });
}

apiserver::apiserver_actor::behavior_type api_door(api_door_state::self_pointer self, std::string node,
                                                   gate_config limits, directory::directory_actor directory) {
  auto& s = self->state;
  s.node = std::move(node);
  s.limits = limits;
  s.directory = std::move(directory);
  self->set_down_handler([=](caf::down_msg& down) {
    if (self->state.api && self->state.api.address() == down.source) self->state.api = nullptr;
  });
  return {[=](call_atom, const shared<call>& c) { return self->state.pass(c); }};
}

} // namespace troupe::actors::gate
