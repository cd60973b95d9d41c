#include "actors/dns/service.hpp"
#include "net/process/process.hpp"
#include "policies/services/dns_index.hpp"
#include <algorithm>
#include <fmt/format.h>
#include <gtest/gtest.h>
#include <sstream>

/// The cluster's DNS as `dig` of BIND sees it, by the sections of the Kubernetes DNS specification 1.1.0.
namespace troupe::tests {
namespace {

struct dig_test : testing::Test {
  void SetUp() override {
    if (net::process::find_program("dig").empty()) GTEST_SKIP() << "needs dig (Debian package bind9-dnsutils)";
    auto made = actors::dns::service::start({.address = 0x7f000001, .port = 0, .own_address = false}, 1);
    ASSERT_TRUE(made) << made.error();
    server = std::move(*made);
    api::object_table services, slices, namespaces;
    namespaces.put(api::object::parse(R"({"metadata":{"name":"shop"}})"));
    services.put(api::object::parse(R"({"metadata":{"name":"web","namespace":"shop"},
      "spec":{"clusterIP":"10.96.0.9","ports":[{"name":"http","port":80,"protocol":"TCP"}]}})"));
    services.put(api::object::parse(R"({"metadata":{"name":"db","namespace":"shop"},
      "spec":{"clusterIP":"None","ports":[{"name":"sql","port":5432,"protocol":"TCP"}]}})"));
    services.put(api::object::parse(R"({"metadata":{"name":"many","namespace":"shop"},"spec":{"clusterIP":"None"}})"));
    slices.put(api::object::parse(R"({"metadata":{"name":"db-1","namespace":"shop",
      "labels":{"kubernetes.io/service-name":"db"}},"addressType":"IPv4",
      "endpoints":[{"addresses":["10.244.0.5"],"hostname":"db-0"},{"addresses":["10.244.0.6"]},
                   {"addresses":["10.244.0.7"],"conditions":{"ready":false}}],
      "ports":[{"name":"sql","port":5432,"protocol":"TCP"}]})"));
    std::string endpoints;
    for (int i = 1; i <= 120; ++i)
      endpoints += fmt::format(R"({}{{"addresses":["10.244.1.{}"]}})", i > 1 ? "," : "", i);
    slices.put(api::object::parse(R"({"metadata":{"name":"many-1","namespace":"shop",
      "labels":{"kubernetes.io/service-name":"many"}},"addressType":"IPv4","endpoints":[)" + endpoints + "]}"));
    server->publish(policies::services::make_dns_index("cluster.local", services, slices, namespaces));
  }
  std::string dig(const std::string& what) {
    auto done = net::process::run({.argv = {"sh", "-c", fmt::format("dig @127.0.0.1 -p {} +tries=1 +time=20 {}",
                                                                    server->port(), what)}});
    EXPECT_EQ(done.code, 0) << done.out << done.err;
    return done.out;
  }
  /// The data of the answers, sorted.
  std::string answers(const std::string& what) {
    std::istringstream lines(dig("+short " + what));
    std::vector<std::string> all;
    for (std::string l; std::getline(lines, l);) all.push_back(l);
    std::sort(all.begin(), all.end());
    std::string out;
    for (auto& l : all) out += l + "\n";
    return out;
  }
  std::unique_ptr<actors::dns::service> server;
};

TEST_F(dig_test, each_kind_of_name_has_its_records) {
  struct row {
    const char *section, *question;
    std::string expected;
  };
  const row rows[] = {
    {"2.2 schema version", "TXT dns-version.cluster.local", "\"1.1.0\"\n"},
    {"2.3.1 cluster IP", "A web.shop.svc.cluster.local", "10.96.0.9\n"},
    {"2.3.1 in any case", "A WEB.Shop.svc.cluster.LOCAL", "10.96.0.9\n"},
    {"2.3.2 port", "SRV _http._tcp.web.shop.svc.cluster.local", "0 100 80 web.shop.svc.cluster.local.\n"},
    {"2.3.3 reverse", "-x 10.96.0.9", "web.shop.svc.cluster.local.\n"},
    {"2.4.1 headless: ready ones", "A db.shop.svc.cluster.local", "10.244.0.5\n10.244.0.6\n"},
    {"2.4.1 one with a host name", "A db-0.db.shop.svc.cluster.local", "10.244.0.5\n"},
    {"2.4.1 one without", "A 10-244-0-6.db.shop.svc.cluster.local", "10.244.0.6\n"},
    {"2.4.2 ports of endpoints", "SRV _sql._tcp.db.shop.svc.cluster.local",
     "0 50 5432 10-244-0-6.db.shop.svc.cluster.local.\n0 50 5432 db-0.db.shop.svc.cluster.local.\n"},
    {"2.4.3 reverse of an endpoint", "-x 10.244.0.5", "db-0.db.shop.svc.cluster.local.\n"},
    {"pods by address", "A 10-244-0-99.shop.pod.cluster.local", "10.244.0.99\n"},
    {"no IPv6 address", "AAAA web.shop.svc.cluster.local", ""},
    {"no such service", "A nobody.shop.svc.cluster.local", ""},
    {"no such port", "SRV _ftp._tcp.web.shop.svc.cluster.local", ""},
    {"no pod of an unknown namespace", "A 10-244-0-99.moon.pod.cluster.local", ""},
  };
  for (auto& r : rows) EXPECT_EQ(answers(r.question), r.expected) << r.section;
}

TEST_F(dig_test, what_is_not_there_carries_the_zones_soa_so_that_it_is_kept_for_a_while) {
  auto missing = dig("A nobody.shop.svc.cluster.local");
  EXPECT_NE(missing.find("status: NXDOMAIN"), std::string::npos) << missing;
  EXPECT_NE(missing.find("cluster.local.\t\t5\tIN\tSOA\tns.dns.cluster.local. hostmaster.cluster.local."),
            std::string::npos) << missing;
  auto empty = dig("AAAA web.shop.svc.cluster.local");
  EXPECT_NE(empty.find("status: NOERROR"), std::string::npos) << empty;
  EXPECT_NE(empty.find("SOA"), std::string::npos) << empty;
}

TEST_F(dig_test, long_answers_are_cut_and_come_whole_over_a_stream) {
  auto cut = dig("+ignore +noedns A many.shop.svc.cluster.local");
  EXPECT_NE(cut.find(" tc"), std::string::npos) << cut;
  auto roomy = dig("+ignore +bufsize=1232 A many.shop.svc.cluster.local");
  EXPECT_NE(roomy.find("EDNS: version: 0"), std::string::npos) << roomy;
  auto whole = answers("A many.shop.svc.cluster.local");
  EXPECT_EQ(std::count(whole.begin(), whole.end(), '\n'), 120) << "dig asks again over TCP by itself";
  auto stream = answers("+tcp A many.shop.svc.cluster.local");
  EXPECT_EQ(std::count(stream.begin(), stream.end(), '\n'), 120);
}

} // namespace
} // namespace troupe::tests
