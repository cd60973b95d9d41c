#include "actors/kubelet/sources.hpp"
#include "actors/mirror/apply.hpp"
#include <caf/send.hpp>
#include <set>

namespace troupe::actors::kubelet {

namespace {
constexpr const char* roles[] = {"mirror/configmaps", "mirror/secrets", "mirror/services"};
constexpr const char* resources[] = {"configmaps", "secrets", "services"};
} // namespace

shared<found_objects> sources_state::find(const wanted_objects& wanted) const {
  found_objects out;
  auto pick = [&](kind k, const std::vector<std::string>& names, std::map<std::string, object_handle>& into) {
    for (auto& n : names)
      if (auto object = tables[k].find({wanted.ns, n})) into.emplace(n, object);
  };
  pick(config_maps, wanted.config_maps, out.config_maps);
  pick(secrets, wanted.secrets, out.secrets);
  for (auto& s : tables[services].in_namespace(wanted.ns)) out.services.emplace_back(s);
  if (wanted.ns != "default")
    if (auto master = tables[services].find({"default", "kubernetes"})) out.services.emplace_back(master);
  return share(std::move(out));
}

caf::result<shared<found_objects>> sources_state::read(const shared<wanted_objects>& wanted) {
  if (complete()) return find(*wanted);
  waiting.push_back({wanted, self->make_response_promise<shared<found_objects>>()});
  return waiting.back().answer;
}

void sources_state::watch(const wanted_objects& wanted, const caf::actor& subscriber) {
  for (auto& n : wanted.config_maps) watchers[config_maps][{wanted.ns, n}].push_back(subscriber);
  for (auto& n : wanted.secrets) watchers[secrets][{wanted.ns, n}].push_back(subscriber);
  if (!wanted.config_maps.empty() || !wanted.secrets.empty()) self->monitor(subscriber);
}

void sources_state::changed(const mirror::update& u) {
  int k = 0;
  while (k < kinds && u.type.resource != resources[k]) ++k;
  if (k == kinds) return;
  mirror::apply(tables[k], u);
  if (k < 2 && (synced[k] || !waiting.empty())) {
    std::set<caf::actor> told;
    auto tell = [&](auto& list) {
      for (auto& w : list)
        if (told.insert(w).second) caf::anon_send(w, changed_atom::value);
    };
    // After a new list nobody knows what changed in between.
    if (u.replace) {
      for (auto& [key, list] : watchers[k]) tell(list);
    } else {
      for (auto& c : u.changes) {
        auto& object = c.after ? c.after : c.before;
        auto found = watchers[k].find(object->key());
        if (found != watchers[k].end()) tell(found->second);
      }
    }
  }
  synced[k] = true;
  if (!complete()) return;
  for (auto& q : waiting) q.answer.deliver(find(*q.wanted));
  waiting.clear();
}

void sources_state::down(const caf::actor_addr& source) {
  for (auto& table : watchers)
    for (auto it = table.begin(); it != table.end();) {
      std::erase_if(it->second, [&](auto& w) { return w.address() == source; });
      it = it->second.empty() ? table.erase(it) : std::next(it);
    }
}

sources_actor::behavior_type sources(sources_state::self_pointer self, directory::directory_actor dir) {
  self->set_down_handler([self](caf::down_msg& down) { self->state.down(down.source); });
  for (auto* role : roles) self->send(dir, watch_atom::value, std::string(role), caf::actor_cast<caf::actor>(self));
  return {
      [self](read_atom, const shared<wanted_objects>& wanted) { return self->state.read(wanted); },
      [self](watch_atom, const shared<wanted_objects>& wanted, const caf::actor& who) {
        self->state.watch(*wanted, who);
      },
      [self](changed_atom, const shared<mirror::update>& u) { self->state.changed(*u); },
      [self](peer_atom, const std::string&, const caf::strong_actor_ptr& player) {
        if (!player) return;
        self->send(caf::actor_cast<mirror::mirror_actor>(player), watch_atom::value, caf::actor_cast<caf::actor>(self),
                   std::string());
      },
  };
}

} // namespace troupe::actors::kubelet
