#include "tools/store/etcd_service.hpp"
#include "actors/store/shard_files.hpp"
#include "actors/store/store.hpp"
#include "net/certificates/certificate.hpp"
#include "tests/tools/store/scratch.hpp"
#include "tools/store/pem.hpp"
#include "tools/store/snapshot.hpp"
#include <caf/actor_system.hpp>
#include <caf/actor_system_config.hpp>
#include <caf/scoped_actor.hpp>
#include <gtest/gtest.h>

namespace troupe::tools::store {
namespace {

using namespace std::chrono_literals;
namespace certificates = net::certificates;

certificates::credential issue(const certificates::credential& ca, std::string name, std::string group) {
  certificates::certificate_request what{.common_name = std::move(name), .client = true};
  if (group.empty()) what.server = true, what.ip_addresses = {"127.0.0.1"};
  else what.organizations = {std::move(group)};
  return certificates::issue(ca, what, {std::chrono::system_clock::now()}, certificates::system_random()).value();
}
certificates::credential authority() {
  return certificates::make_authority("ca", {std::chrono::system_clock::now()}, certificates::system_random()).value();
}

TEST(etcd_service, a_backup_of_a_store_within_a_process_is_for_masters) {
  test::scratch dir;
  auto ca = authority();
  auto own = issue(ca, "server", "");
  caf::actor_system_config cfg;
  caf::actor_system system(cfg);
  actors::store::store_config config;
  config.path = dir / "data";
  auto env = actors::environment::production();
  actors::store::store_dependencies with{env, *open_shard(config), {}};
  auto shard = system.spawn(actors::store::store, std::move(with), config);
  {
    caf::scoped_actor self(system);
    self->request(actors::store::store_actor(shard), 10s, actors::read_atom::value)
      .receive([](actors::store::mvcc::revision) {}, [](caf::error&) { ADD_FAILURE() << "it does not lead"; });
  }
  net::etcd::server_config server;
  server.port = 0;
  server.tls = net::etcd::server_tls{own.certificate_pem, own.key.private_pem(), ca.certificate_pem};
  server.admits = is_master;
  {
    auto service = etcd_service::start(system, shard, env, {}, server, 1);
    ASSERT_TRUE(service.has_value()) << service.error();
    test::write(dir / "ca", ca.certificate_pem);
    for (auto* group : {"system:masters", "devs"}) {
      auto client = issue(ca, "c", group);
      test::write(dir / "cert", client.certificate_pem);
      test::write(dir / "key", client.key.private_pem());
      std::ostringstream out, err;
      snapshot_settings s{.file = dir / group, .endpoint = "127.0.0.1:" + std::to_string((*service)->port()),
                          .ca = dir / "ca", .certificate = dir / "cert", .key = dir / "key"};
      bool may = std::string(group) == "system:masters";
      EXPECT_EQ(save_snapshot(s, 0, out, err), may ? 0 : 1) << err.str();
      EXPECT_EQ(err.str().find("permission denied") == std::string::npos, may) << err.str();
      EXPECT_EQ(std::filesystem::exists(dir / group), may);
    }
  }
  caf::anon_send_exit(shard, caf::exit_reason::user_shutdown);
  shard = nullptr;
}

TEST(etcd_service, masters_are_told_by_their_group_and_not_by_their_name) {
  auto ca = authority();
  EXPECT_TRUE(is_master(issue(ca, "anybody", "system:masters").certificate_pem));
  EXPECT_FALSE(is_master(issue(ca, "system:masters", "devs").certificate_pem));
  EXPECT_FALSE(is_master("no certificate"));
}

} // namespace
} // namespace troupe::tools::store
