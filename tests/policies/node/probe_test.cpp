#include "policies/node/probe.hpp"
#include "tests/policies/node/builders.hpp"

namespace troupe::policies::node {
namespace {
using namespace std::chrono_literals;

const auto container = parse_object(R"({"name":"app","ports":[{"name":"web","containerPort":8080}],
  "readinessProbe":{"httpGet":{"path":"ok","port":"web","scheme":"HTTPS","httpHeaders":[{"name":"A","value":"b"}]},
      "timeoutSeconds":3},
  "livenessProbe":{"tcpSocket":{"port":99999},"failureThreshold":1,"terminationGracePeriodSeconds":0},
  "startupProbe":{"exec":{"command":["a","b"]},"initialDelaySeconds":4,"periodSeconds":2}})");

TEST(probe, is_read_with_defaults) {
  auto ready = probe_of(container, probe_kind::readiness);
  auto& http = std::get<http_check>(ready->what);
  EXPECT_EQ(http.scheme, "https");
  EXPECT_EQ(http.path, "/ok");
  EXPECT_EQ(http.port, 8080);
  EXPECT_EQ(http.headers[0].second, "b");
  EXPECT_EQ(ready->timeout, 3s);
  EXPECT_EQ(ready->period, 10s);
  EXPECT_EQ(ready->failure_threshold, 3);
  EXPECT_FALSE(ready->grace_seconds);
  auto live = probe_of(container, probe_kind::liveness);
  EXPECT_EQ(std::get<tcp_check>(live->what).port, 0) << "no such port";
  EXPECT_EQ(live->grace_seconds, 0);
  EXPECT_EQ(std::get<exec_check>(probe_of(container, probe_kind::startup)->what).command,
            (std::vector<std::string>{"a", "b"}));
  EXPECT_FALSE(probe_of({}, probe_kind::startup));
}

TEST(probe, a_verdict_needs_the_threshold_in_a_row) {
  probe_spec spec;
  spec.failure_threshold = 3;
  spec.success_threshold = 2;
  probe_fold state;
  std::string seen;
  for (bool ok : {true, true, false, false, true, false, false, false, false, true, true}) {
    auto v = fold(state, spec, ok);
    seen += !v ? '.' : *v ? '+' : '-';
  }
  EXPECT_EQ(seen, ".+.....--.+");
}

TEST(probe, the_first_comes_after_the_initial_delay_and_the_next_after_the_period) {
  auto spec = *probe_of(container, probe_kind::startup);
  EXPECT_EQ(next_probe(spec, noon, {}), noon + 4s);
  EXPECT_EQ(next_probe(spec, noon, noon + 4s), noon + 6s);
}

TEST(probe, texts) {
  EXPECT_EQ(unhealthy_text(probe_kind::readiness, false, "x"), "Readiness probe failed: x");
  EXPECT_EQ(unhealthy_text(probe_kind::startup, true, "x"), "Startup probe errored: x");
  EXPECT_EQ(probe_kill_text("web", probe_kind::liveness, true),
            "Container web failed liveness probe, will be restarted");
  EXPECT_EQ(probe_kill_text("web", probe_kind::startup, false), "Container web failed startup probe");
}

} // namespace
} // namespace troupe::policies::node
