#pragma once
#include "actors/join/registrar.hpp"
#include "net/certificates/signing_request.hpp"
#include "tests/support/actor_fixture.hpp"
#include "tests/support/fake_api.hpp"

namespace troupe::actors::join {

namespace certificates = net::certificates;
namespace joining = policies::joining;
using policies::cluster::node_record;

/// A registrar over a store in memory, with a fake API server. The first node is a member.
struct join_fixture : actor_fixture {
  void start() {
    start_store();
    auto log_api = own(sys.spawn(fake_api, &log));
    caf::anon_send(dir, offer_atom::value, std::string("apiserver"), caf::actor_cast<caf::strong_actor_ptr>(log_api));
    registrar_config config;
    config.authority = ca;
    config.service_account_key_pem = "SA KEY";
    config.settings = {"cluster-id", "10.244.0.0/16", "10.96.0.0/16", "10.96.0.10", "cluster.local"};
    config.program = "0.1.0";
    config.removed = removed;
    it = own(sys.spawn(registrar, env, dir, config, certificates::system_random()));
    run();
    put_record({1, "host1", true, true, "10.0.0.1", 6440, 6443, "10.244.0.0/24", "0.1.0", 0, false});
  }
  ~join_fixture() override { it = nullptr; }

  void put_record(const node_record& r) {
    store::mvcc::txn_request txn;
    store::mvcc::put_request p;
    p.key = policies::cluster::node_record_key(r.id);
    p.value = store::mvcc::make_bytes(policies::cluster::encode(r));
    txn.success.emplace_back(std::move(p));
    commit(std::move(txn));
  }

  answer say(question q) {
    self->send(caf::actor_cast<caf::actor>(it), call_atom::value, share(std::move(q)));
    answer out{0, {}};
    for (int i = 0; i < 100 && out.code == 0; ++i) {
      run();
      self->receive([&](shared<answer>& a) { out = *a; }, [&](caf::error& e) { ADD_FAILURE() << text_of(e); },
                    caf::after(std::chrono::milliseconds(0)) >> [] {});
      if (out.code == 0) pass(std::chrono::milliseconds(10));
    }
    return out;
  }
  answer as_master(std::string method, std::string path, std::string body = {}) {
    return say({std::move(method),
                std::move(path),
                std::move(body),
                apiserver::user{"admin", "", {"system:masters"}, {}},
                {},
                "10.0.0.7"});
  }
  answer as_nobody(std::string method, std::string path, std::string body = {}, std::string address = "10.0.0.9") {
    return say({std::move(method),
                std::move(path),
                std::move(body),
                apiserver::user{"system:anonymous", "", {"system:unauthenticated"}, {}},
                {},
                std::move(address)});
  }
  answer as_node(const node_record& n, std::string method, std::string path, std::string body = {}) {
    question q{std::move(method),
               std::move(path),
               std::move(body),
               apiserver::user{"system:node:" + n.name, "", {"system:nodes"}, {}},
               {},
               "10.0.0.9"};
    q.node = policies::cluster::node_identity{n.id, n.name, n.control_plane};
    return say(std::move(q));
  }

  joining::join_string token(const joining::token_wish& wish = {.control_plane = true, .worker = true}) {
    auto made = as_master("POST", "tokens", joining::encode(wish));
    EXPECT_EQ(made.code, 201) << made.body;
    return joining::parse_join_string(api::string_at(api::json::parse(made.body), {"joinString"})).value();
  }
  std::int64_t clock() { return std::chrono::floor<std::chrono::seconds>(env->now()).time_since_epoch().count(); }
  joining::join_request request(const joining::join_string& s, const std::string& name,
                                const certificates::key& holder) {
    joining::join_request r;
    r.token_id = s.id;
    r.secret = s.secret;
    r.clock = clock();
    r.program = "0.1.0";
    r.name = name;
    r.link_port = 6440;
    r.api_port = 6443;
    r.signing_request = certificates::make_signing_request(holder, name).value();
    return r;
  }
  joining::join_reply joined(const joining::join_request& r) {
    auto a = as_nobody("POST", "join", joining::encode(r));
    EXPECT_EQ(a.code, 200) << a.body;
    auto reply = joining::decode_join_reply(a.body);
    EXPECT_TRUE(reply.has_value()) << reply.error();
    return reply ? *reply : joining::join_reply{};
  }
  static std::string message(const answer& a) {
    return std::string(api::string_at(api::json::parse(a.body), {"message"}));
  }

  certificates::credential ca = certificates::make_authority("troupe-ca", {*api::parse_time("2026-01-01T00:00:00Z")},
                                                             certificates::system_random())
                                    .value();
  certificates::key key = certificates::key::make_ec().value();
  std::shared_ptr<apiserver::removed_nodes> removed = std::make_shared<apiserver::removed_nodes>();
  api_log log;
  registrar_actor it;
};

} // namespace troupe::actors::join
