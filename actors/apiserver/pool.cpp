#include "actors/apiserver/pool.hpp"
#include "actors/base/error.hpp"
#include "net/http/target.hpp"
#include "policies/routing/request_path.hpp"
#include <caf/actor_cast.hpp>
#include <caf/send.hpp>
#include <spdlog/spdlog.h>

namespace troupe::actors::apiserver {

std::size_t worker_of(const api::group_resource& type, std::string_view ns, std::string_view name, std::size_t count) {
  if (type.resource == "services" && type.group.empty()) return 0;
  auto h = std::hash<std::string_view>{};
  return (h(type.resource) * 31 + h(ns) * 17 + h(name)) % count;
}

void entrance::set(std::vector<worker_actor> workers) {
  workers_.store(std::make_shared<const std::vector<worker_actor>>(std::move(workers)));
}

void entrance::accept(http_exchange_ptr x) const {
  auto workers = workers_.load();
  if (!workers || workers->empty())
    return respond_status(x->responder, api::service_unavailable("the API server is starting"));
  auto path = policies::routing::parse_path(x->request.path);
  std::size_t index = 0;
  // A create has its name in the body, and a read needs no order: both take whoever is next.
  bool keyed = path && path->is_resource &&
               (path->resource == "services" || (!path->name.empty() && x->request.method != "GET"));
  if (keyed)
    index = worker_of({path->group, path->resource}, path->ns, path->name, workers->size());
  else
    index = next_.fetch_add(1, std::memory_order_relaxed) % workers->size();
  auto& worker = (*workers)[index];
  if (!worker) return respond_status(x->responder, api::service_unavailable("the API server is starting"));
  caf::anon_send(worker, http_atom::value, std::move(x));
}

void pool_state::publish() {
  auto copy = workers;
  door->set(std::move(copy));
}

void pool_state::spawn_worker(std::size_t index) {
  workers[index] = self->spawn<caf::monitored>(worker, context, directory);
  publish();
}

apiserver_actor::behavior_type pool(pool_state::self_pointer self, context_ptr context,
                                    directory::directory_actor directory, std::size_t count,
                                    std::shared_ptr<entrance> door) {
  auto& s = self->state;
  s.context = std::move(context);
  s.directory = directory;
  s.door = std::move(door);
  s.workers.resize(std::max<std::size_t>(count, 1));
  for (std::size_t i = 0; i < s.workers.size(); ++i) s.spawn_worker(i);
  self->set_down_handler([=](caf::down_msg& down) {
    auto& workers = self->state.workers;
    for (std::size_t i = 0; i < workers.size(); ++i)
      if (workers[i] && workers[i].address() == down.source) {
        spdlog::error("apiserver: worker_ended index={} error=\"{}\"", i, text_of(down.reason));
        self->state.spawn_worker(i);
      }
  });
  self->set_exit_handler([=](caf::exit_msg& m) {
    self->state.door->set({});
    for (auto& w : self->state.workers) self->send_exit(w, m.reason);
    self->quit(m.reason);
  });
  self->send(directory, offer_atom::value, std::string("apiserver"), caf::actor_cast<caf::strong_actor_ptr>(self));
  return {
    [=](call_atom a, const shared<call>& c) {
      auto& state = self->state;
      auto index = worker_of(c->type(), c->ns, c->name, state.workers.size());
      if (c->name.empty() && c->resource != "services") index = state.next++ % state.workers.size();
      return self->delegate(state.workers[index], a, c);
    },
  };
}

} // namespace troupe::actors::apiserver
