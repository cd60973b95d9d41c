#include "actors/join/renewal.hpp"
#include "net/certificates/signing_request.hpp"
#include "tests/support/actor_fixture.hpp"

namespace troupe::actors::join {
namespace {

namespace certificates = net::certificates;
using namespace std::chrono_literals;

struct renewal_test : actor_fixture {
  certificates::credential make(std::chrono::seconds life) {
    return certificates::issue(ca, {.common_name = "system:node:a", .client = true}, {env->now(), life},
                               certificates::system_random())
        .value();
  }
  renewal_config config(std::chrono::seconds life) {
    renewal_config c{.current = make(life), .common_name = "a"};
    c.ask = [this, life](const std::string& request) -> tl::expected<renewed, renewal_failure> {
      ++asked;
      if (refuse) return tl::make_unexpected(renewal_failure{"no", is_removed});
      auto holder = certificates::verify_signing_request(request).value();
      return renewed{certificates::issue_for(ca, holder, {.common_name = "system:node:a", .client = true},
                                             {env->now(), life}, certificates::system_random())
                         .value()};
    };
    c.keep = [this](const certificates::credential& fresh) -> tl::expected<void, std::string> {
      kept.push_back(fresh);
      return {};
    };
    c.use = [this](const certificates::credential& fresh) { used.push_back(fresh); };
    c.removed = [this] { told_removed = true; };
    c.retry = 60s;
    return c;
  }
  /// Hours at once: the clock goes from timer to timer.
  void skip(std::chrono::seconds time) {
    for (auto gone = 0s; gone < time; gone += 30s) {
      sched.advance_time(30s);
      run();
    }
  }

  certificates::credential ca =
      certificates::make_authority("ca", {*api::parse_time("2026-01-01T00:00:00Z")}, certificates::system_random())
          .value();
  int asked = 0;
  bool refuse = false, is_removed = false, told_removed = false;
  std::vector<certificates::credential> kept, used;
};

TEST_F(renewal_test, a_certificate_is_renewed_at_two_thirds_of_its_time) {
  own(sys.spawn(renewal, env, config(9h)));
  run();
  skip(5h);
  EXPECT_EQ(asked, 0);
  skip(2h);
  ASSERT_EQ(asked, 1);
  ASSERT_EQ(used.size(), 1U);
  EXPECT_EQ(kept.at(0).key.id(), used[0].key.id());
  EXPECT_TRUE(
      certificates::verify(used[0].certificate_pem, ca.certificate_pem, certificates::purpose::client, env->now()));
  skip(12h);
  EXPECT_GE(asked, 2); // And so on.
}

TEST_F(renewal_test, what_fails_is_tried_again) {
  refuse = true;
  own(sys.spawn(renewal, env, config(-1h)));
  run();
  EXPECT_EQ(asked, 1);
  skip(2min);
  EXPECT_GE(asked, 2);
  refuse = false;
  skip(2min);
  EXPECT_EQ(used.size(), 1U);
}

TEST_F(renewal_test, a_removed_node_asks_no_more) {
  refuse = is_removed = true;
  own(sys.spawn(renewal, env, config(-1h)));
  run();
  EXPECT_TRUE(told_removed);
  skip(1h);
  EXPECT_EQ(asked, 1);
}

} // namespace
} // namespace troupe::actors::join
