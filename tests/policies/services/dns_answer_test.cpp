#include "objects.hpp"
#include "policies/services/dns_answer.hpp"

namespace troupe::policies::services {
namespace {

struct dns_answer_test : testing::Test {
  dns_answer_test() {
    api::object_table services, slices, namespaces;
    services.put(service_of(R"({"clusterIP":"10.96.0.9","ports":[{"name":"http","port":80,"protocol":"TCP"}]})"));
    services.put(service_of(R"({"clusterIP":"None"})", "{}", "db"));
    services.put(service_of(R"({"clusterIP":"None"})", "{}", "idle"));
    services.put(service_of(R"({"type":"ExternalName","externalName":"example.org."})", "{}", "out"));
    slices.put(
        slice_of(R"([{"addresses":["10.1.0.2"],"hostname":"db-0"},{"addresses":["10.1.0.3"],"hostname":"db-1"}])",
                 R"([{"name":"sql","port":5432,"protocol":"TCP"}])", "db"));
    for (auto* ns : {"shop", "empty"})
      namespaces.put(
          object_of(std::string(R"({"kind":"Namespace","apiVersion":"v1","metadata":{"name":")") + ns + R"("}})"));
    index = make_dns_index("cluster.local", services, slices, namespaces);
  }
  std::shared_ptr<const dns_index> index;
};

std::string text_of(const dns_answer& a) {
  if (a.outcome == dns_outcome::outside) return "outside";
  if (a.outcome == dns_outcome::no_name) return "no name";
  std::string out;
  auto add = [&](const dns_record& r) {
    if (!out.empty()) out += ", ";
    switch (r.type) {
    case dns_type::a:
      out += "A " + to_text(r.address);
      break;
    case dns_type::srv:
      out += "SRV " + std::to_string(r.weight) + " " + std::to_string(r.port) + " " + r.target;
      break;
    case dns_type::ptr:
      out += "PTR " + r.target;
      break;
    case dns_type::cname:
      out += "CNAME " + r.target;
      break;
    default:
      out += "TXT " + r.target;
      break;
    }
  };
  for (auto& r : a.answers)
    add(r);
  return out;
}

TEST_F(dns_answer_test, names_mean_what_the_specification_says) {
  constexpr std::uint16_t A = 1, AAAA = 28, SRV = 33, PTR = 12, TXT = 16;
  struct row {
    const char* name;
    std::uint16_t type;
    const char* expected;
  };
  const row rows[] = {
      {"web.shop.svc.cluster.local", A, "A 10.96.0.9"},
      {"WEB.Shop.SVC.cluster.LOCAL", A, "A 10.96.0.9"},
      {"web.shop.svc.cluster.local", AAAA, ""},
      {"web.shop.svc.cluster.local", SRV, "SRV 100 80 web.shop.svc.cluster.local"},
      {"_http._tcp.web.shop.svc.cluster.local", SRV, "SRV 100 80 web.shop.svc.cluster.local"},
      {"_http._tcp.web.shop.svc.cluster.local", A, ""},
      {"_http._udp.web.shop.svc.cluster.local", SRV, "no name"},
      {"_tcp.web.shop.svc.cluster.local", A, ""},
      {"none.shop.svc.cluster.local", A, "no name"},
      {"web.none.svc.cluster.local", A, "no name"},
      {"x.web.shop.svc.cluster.local", A, "no name"},
      {"db.shop.svc.cluster.local", A, "A 10.1.0.2, A 10.1.0.3"},
      {"db-0.db.shop.svc.cluster.local", A, "A 10.1.0.2"},
      {"db-7.db.shop.svc.cluster.local", A, "no name"},
      {"idle.shop.svc.cluster.local", A, "no name"},
      {"_sql._tcp.db.shop.svc.cluster.local", SRV,
       "SRV 50 5432 db-0.db.shop.svc.cluster.local, SRV 50 5432 db-1.db.shop.svc.cluster.local"},
      {"out.shop.svc.cluster.local", A, "CNAME example.org"},
      {"10-1-0-77.shop.pod.cluster.local", A, "A 10.1.0.77"},
      {"10-1-0-77.empty.pod.cluster.local", A, "A 10.1.0.77"},
      {"10-1-0-77.none.pod.cluster.local", A, "no name"},
      {"10-1-0.shop.pod.cluster.local", A, "no name"},
      {"9.0.96.10.in-addr.arpa", PTR, "PTR web.shop.svc.cluster.local"},
      {"2.0.1.10.in-addr.arpa", PTR, "PTR db-0.db.shop.svc.cluster.local"},
      {"8.8.8.8.in-addr.arpa", PTR, "outside"},
      {".in-addr.arpa", PTR, "outside"},
      {"dns-version.cluster.local", TXT, "TXT 1.1.0"},
      {"cluster.local", A, ""},
      {"svc.cluster.local", A, ""},
      {"shop.svc.cluster.local", A, ""},
      {"empty.svc.cluster.local", A, ""},
      {"x.cluster.local", A, "no name"},
      {"example.org", A, "outside"},
      {"xcluster.local", A, "outside"},
      {"", A, "outside"},
  };
  for (auto& r : rows)
    EXPECT_EQ(text_of(answer_dns(*index, r.name, r.type)), r.expected) << r.name << " " << r.type;
}

TEST_F(dns_answer_test, an_external_name_is_to_be_followed_unless_only_the_alias_is_asked_for) {
  EXPECT_EQ(answer_dns(*index, "out.shop.svc.cluster.local", 1).follow, "example.org");
  EXPECT_EQ(answer_dns(*index, "out.shop.svc.cluster.local", 5).follow, "");
}

TEST_F(dns_answer_test, records_have_the_name_as_it_was_asked_and_targets_bring_their_addresses) {
  auto a = answer_dns(*index, "_SQL._tcp.DB.shop.svc.cluster.local", 33);
  ASSERT_EQ(a.answers.size(), 2u);
  EXPECT_EQ(a.answers[0].name, "_SQL._tcp.DB.shop.svc.cluster.local");
  ASSERT_EQ(a.additionals.size(), 2u);
  EXPECT_EQ(a.additionals[1].name, "db-1.db.shop.svc.cluster.local");
  EXPECT_EQ(to_text(a.additionals[1].address), "10.1.0.3");
}

} // namespace
} // namespace troupe::policies::services
