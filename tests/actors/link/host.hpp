#pragma once
#include "actors/base/environment.hpp"
#include "actors/base/error.hpp"
#include "actors/directory/directory.hpp"
#include "actors/link/links.hpp"
#include "actors/link/middleman.hpp"
#include "net/certificates/certificate.hpp"
#include <caf/actor_system_config.hpp>
#include <caf/scoped_actor.hpp>
#include <caf/send.hpp>
#include <functional>
#include <gtest/gtest.h>
#include <poll.h>

namespace troupe::actors::link {

using namespace std::chrono_literals;
namespace certificates = net::certificates;
using policies::cluster::node_identity;
using policies::cluster::node_record;

inline const certificates::credential& cluster_authority() {
  static const auto made =
    *certificates::make_authority("test-ca", {std::chrono::system_clock::now()}, certificates::system_random());
  return made;
}

inline net::link::credential credential_of(const node_identity& who,
                                           const certificates::credential& authority = cluster_authority()) {
  auto subject = policies::cluster::subject_of(who);
  certificates::certificate_request wanted{subject.common_name, subject.organizations, subject.dns_names, {}, true,
                                           true};
  auto made =
    *certificates::issue(authority, wanted, {std::chrono::system_clock::now()}, certificates::system_random());
  return {made.certificate_pem, made.key.private_pem(), cluster_authority().certificate_pem};
}

/// Waits for a condition, at most a minute.
inline bool eventually(const std::function<bool()>& holds) {
  auto limit = std::chrono::steady_clock::now() + 60s;
  while (!holds()) {
    if (std::chrono::steady_clock::now() > limit) return false;
    ::poll(nullptr, 0, 2);
  }
  return true;
}

/// One node: an actor system of its own with a directory and links.
struct host {
  struct config : caf::actor_system_config {
    config() {
      set("scheduler.policy", caf::atom("sharing"));
      set("scheduler.max-threads", std::size_t{2});
      configure(*this);
    }
  };
  explicit host(node_identity who, gate_maker gate = {}, std::uint16_t port = 0,
                std::chrono::milliseconds hello_limit = 5s,
                std::chrono::milliseconds silence = middleman_config{}.silence)
      : self(std::move(who)) {
    net::link::endpoint_config e;
    e.address = "127.0.0.1";
    e.port = port;
    e.own = credential_of(self);
    e.handshake_limit = 5s;
    e.hello_limit = hello_limit;
    e.silence = silence;
    outside = *door::open(e);
    links_config c;
    c.self = self;
    c.make_gate = std::move(gate);
    c.retry_max = 200ms;
    minder = sys.spawn(link::links, environment::production(), dir, outside, c);
  }
  ~host() {
    caf::anon_send_exit(minder, caf::exit_reason::user_shutdown);
    caf::anon_send_exit(dir, caf::exit_reason::user_shutdown);
    for (auto& a : owned) caf::anon_send_exit(a, caf::exit_reason::kill);
    minder = nullptr;
    dir = nullptr;
    owned.clear();
    sys.await_all_actors_done();
    outside->stop();
  }
  [[nodiscard]] node_record record() const {
    return {self.id, self.name, self.control_plane, true, "127.0.0.1", outside->port(), 0, {}, {}, 0, false};
  }
  void knows(const std::vector<node_record>& nodes) {
    caf::anon_send(minder, roster_atom::value, share(roster(nodes)));
  }
  void offer(const std::string& role, const caf::actor& player) {
    caf::anon_send(dir, offer_atom::value, role, caf::actor_cast<caf::strong_actor_ptr>(player));
  }
  /// The player, or null if none came in that time: the directory waits for one before it says so.
  [[nodiscard]] caf::actor find(const std::string& role, std::chrono::milliseconds limit = 500ms) {
    caf::scoped_actor me(sys);
    caf::actor out;
    me->request(dir, limit, lookup_atom::value, role)
      .receive([&](const caf::strong_actor_ptr& p) { out = caf::actor_cast<caf::actor>(p); }, [](caf::error&) {});
    return out;
  }
  bool finds(const std::string& role) {
    return eventually([&] { return find(role) != nullptr; });
  }
  bool loses(const std::string& role) {
    return eventually([&] { return find(role) == nullptr; });
  }

  node_identity self;
  config cfg;
  caf::actor_system sys{cfg};
  directory::directory_actor dir = sys.spawn(directory::directory);
  std::shared_ptr<door> outside;
  links_actor minder;
  std::vector<caf::actor> owned;
};

/// Doubles numbers.
struct doubler_state { static inline const char* name = "doubler"; };
inline caf::behavior doubler(stateful<doubler_state>*) {
  return {[](int x) { return 2 * x; }};
}
inline caf::actor spawn_doubler(host& at) { return at.owned.emplace_back(at.sys.spawn(doubler)); }

/// What the actor answers to 21; -1 for no answer in time.
inline int ask(host& at, const caf::actor& whom) {
  caf::scoped_actor me(at.sys);
  int out = -1;
  me->request(whom, 20s, 21).receive([&](int x) { out = x; }, [](caf::error&) {});
  return out;
}

} // namespace troupe::actors::link
