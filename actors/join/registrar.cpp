#include "actors/join/registrar.hpp"
#include "actors/base/error.hpp"
#include "actors/join/http.hpp"
#include <algorithm>
#include <caf/actor_cast.hpp>
#include <caf/send.hpp>
#include <spdlog/spdlog.h>

namespace troupe::actors::join {

namespace {

constexpr int attempts_max = 8;

bool is_master(const apiserver::user& who) {
  return std::find(who.groups.begin(), who.groups.end(), "system:masters") != who.groups.end();
}

api::status forbidden(const question& q) {
  api::status s;
  s.code = 403;
  s.reason = "Forbidden";
  s.message = fmt::format("forbidden: User \"{}\" cannot {} path \"{}{}\": this is for members of system:masters, as "
                          "the admin's kubeconfig makes them",
                          q.who.name,
                          q.method == "GET"    ? "get"
                          : q.method == "POST" ? "post"
                                               : "delete",
                          apiserver::extension_prefix, q.path);
  return s;
}

api::status wrong_method() {
  api::status s;
  s.code = 405;
  s.reason = "MethodNotAllowed";
  s.message = "the server does not allow this method on the requested resource";
  return s;
}

} // namespace

answer refusal(const api::status& s) { return {s.code, api::json::serialize(s.document())}; }

answer refusal(const caf::error& e) {
  switch (code_of(e)) {
  case errc::overloaded:
    return refusal(api::too_many_requests(text_of(e)));
  case errc::storage_failed:
  case errc::invalid_argument:
    return refusal(api::internal_error(text_of(e)));
  // Whatever has happened, the same question may be asked again.
  default:
    return refusal(api::service_unavailable("the store does not answer: " + text_of(e)));
  }
}

std::int64_t registrar_state::now() const {
  return std::chrono::floor<std::chrono::seconds>(env->now()).time_since_epoch().count();
}

void registrar_state::ask(const question& q, std::function<void(answer)> done) {
  auto j = std::make_shared<job>();
  j->what = q;
  j->done = std::move(done);
  auto slash = q.path.find('/');
  auto what = q.path.substr(0, slash), item = slash == std::string::npos ? std::string() : q.path.substr(slash + 1);
  auto is = [&](std::string_view method, std::string_view path, bool named) {
    return q.method == method && what == path && named != item.empty();
  };
  if (is("GET", "ca", false)) return authority(j);
  if (is("POST", "join", false)) return join(j);
  if (is("POST", "renew", false)) return renew(j);
  if (what != "tokens" && what != "nodes" && what != "store")
    return j->done(
        refusal(what == "ca" || what == "join" || what == "renew" ? wrong_method() : api::unknown_resource()));
  if (!is_master(q.who)) return j->done(refusal(forbidden(q)));
  if (is("GET", "tokens", false)) return start(j, [this](auto& same, auto& all) { list_tokens(same, all); });
  if (is("POST", "tokens", false)) return create_token(j);
  if (is("DELETE", "tokens", true)) return delete_token(j, item);
  if (is("GET", "nodes", false)) return start(j, [this](auto& same, auto& all) { list_nodes(same, all); });
  if (is("DELETE", "nodes", true)) return remove_node(j, item);
  if (is("GET", "store", false)) return start(j, [this](auto& same, auto& all) { show_store(same, all); });
  if (q.method == "POST" && q.path == "store/leader")
    return start(j, [this](auto& same, auto& all) { transfer_leadership(same, all); });
  if (q.method == "POST" && q.path == "store/check")
    return start(j, [this](auto& same, auto& all) { check_store(same, all); });
  if (q.path.starts_with("store/shards")) return ask_shards(j);
  j->done(refusal(wrong_method()));
}

void registrar_state::start(const job_ptr& j, decision decide) {
  j->decide = std::move(decide);
  load(j);
}

void registrar_state::load(const job_ptr& j) {
  if (!store) return j->done(refusal(api::service_unavailable("the store is not ready")));
  if (++j->attempts > attempts_max)
    return j->done(refusal(api::service_unavailable("too many changes of the cluster at once; try again")));
  self->request(store, config.timeout, list_atom::value, share(registry_range()))
      .then(
          [j](const shared<store::mvcc::range_response>& found) {
            auto decide = j->decide; // It may start the job anew, with another one.
            decide(j, read_registry(*found));
          },
          [j](caf::error& e) { j->done(refusal(e)); });
}

void registrar_state::commit(const job_ptr& j, store::mvcc::txn_request txn, std::function<void()> then) {
  if (!store) return j->done(refusal(api::service_unavailable("the store is not ready")));
  self->request(store, config.timeout, write_atom::value, share(std::move(txn)))
      .then(
          [=, this](const shared<store::mvcc::txn_response>& r) {
            if (r->succeeded) return then();
            load(j);
          },
          [j](caf::error& e) { j->done(refusal(e)); });
}

void registrar_state::peer_changed(const std::string& role, const caf::strong_actor_ptr& player) {
  auto me = caf::actor_cast<caf::actor>(self);
  if (role == "store/0")
    store = caf::actor_cast<store::store_actor>(player);
  else if (role == shards::shards_role)
    shards = caf::actor_cast<shards::shards_actor>(player);
  else if (role == "apiserver")
    api = caf::actor_cast<apiserver::apiserver_actor>(player);
  else if (role == "inspector")
    inspector = caf::actor_cast<apiserver::extension_actor>(player);
  else if (role == "roster" && player)
    caf::anon_send(caf::actor_cast<caf::actor>(player), watch_atom::value, me);
  else if (role == "mirror/nodes" && player)
    self->send(caf::actor_cast<mirror::mirror_actor>(player), watch_atom::value, me, std::string{});
}

registrar_actor::behavior_type registrar(registrar_state::self_pointer self, environment_ptr env,
                                         directory::directory_actor directory, registrar_config config,
                                         net::certificates::random_source random) {
  self->state.env = std::move(env);
  self->state.config = std::move(config);
  self->state.random = std::move(random);
  self->state.directory = directory;
  for (auto role : {"store/0", "shards", "apiserver", "inspector", "roster", "mirror/nodes"})
    self->send(directory, watch_atom::value, std::string(role), caf::actor_cast<caf::actor>(self));
  self->send(directory, offer_atom::value, std::string(apiserver::extension_role),
             caf::actor_cast<caf::strong_actor_ptr>(self));
  return {
      [=](http_atom, const apiserver::http_exchange_ptr& x, const apiserver::user& who) {
        if (self->state.inspector && x->request.path.starts_with("/troupe/v1/inspect/"))
          return self->send(self->state.inspector, http_atom::value, x, who);
        auto q = question_of(*x, who);
        if (!q) return respond(*x, refusal(q.error()));
        self->state.ask(*q, [x](const answer& a) { respond(*x, a); });
      },
      [=](call_atom, const shared<question>& q) -> caf::result<shared<answer>> {
        auto promise = self->make_response_promise<shared<answer>>();
        self->state.ask(*q, [=](answer a) mutable { promise.deliver(share(std::move(a))); });
        return promise;
      },
      [=](roster_atom, const shared<roster>& nodes) { self->state.roster_changed(*nodes); },
      [=](changed_atom, const shared<mirror::update>& update) { self->state.nodes_changed(*update); },
      [=](peer_atom, const std::string& role, const caf::strong_actor_ptr& player) {
        self->state.peer_changed(role, player);
      },
      [=](remove_atom, const std::string& node) { self->state.remove_objects(node); },
  };
}

} // namespace troupe::actors::join
