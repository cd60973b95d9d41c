#include "actors/dns/service.hpp"
#include <boost/asio/ip/udp.hpp>
#include <gtest/gtest.h>

namespace troupe::actors::dns {
namespace {

namespace asio = boost::asio;
namespace wire = net::dns;
constexpr std::uint32_t loopback = 0x7f000001;

wire::message ask(std::uint16_t port, const std::string& name, bool recursion = true) {
  asio::io_context mine;
  asio::ip::udp::socket client(mine, asio::ip::udp::v4());
  client.connect({asio::ip::address_v4(loopback), port});
  wire::message m;
  m.recursion_desired = recursion;
  m.questions = {{name, wire::type::a, 1}};
  client.send(asio::buffer(wire::encode(m)));
  std::vector<std::uint8_t> in(4096);
  in.resize(client.receive(asio::buffer(in)));
  return wire::decode(in).value_or(wire::message{});
}

std::shared_ptr<const policies::services::dns_index> index_with(const char* spec) {
  api::object_table services, none;
  services.put(api::object::parse(
      std::string(R"({"apiVersion":"v1","kind":"Service","metadata":{"name":"web","namespace":"shop"},"spec":)") +
      spec + "}"));
  return policies::services::make_dns_index("cluster.local", services, none, none);
}

std::unique_ptr<service> start(service_config c) {
  c.address = loopback;
  c.port = 0;
  c.own_address = false;
  auto made = service::start(c, 1);
  EXPECT_TRUE(made) << made.error();
  return std::move(*made);
}

TEST(service_test, answers_from_the_last_index) {
  auto s = start({});
  EXPECT_EQ(ask(s->port(), "web.shop.svc.cluster.local").code, wire::rcode::server_failure) << "nothing is known yet";
  s->publish(index_with(R"({"clusterIP":"10.96.0.9"})"));
  auto m = ask(s->port(), "web.shop.svc.cluster.local");
  ASSERT_EQ(m.answers.size(), 1u);
  EXPECT_EQ(m.answers[0].data, wire::a_data(0x0a600009));
}

TEST(service_test, other_names_and_external_names_come_from_upstream) {
  // The upstream is a second cluster, whose domain is not ours.
  auto upstream = start({});
  api::object_table services, none;
  services.put(api::object::parse(
      R"({"apiVersion":"v1","kind":"Service","metadata":{"name":"web","namespace":"shop"},
        "spec":{"clusterIP":"10.97.0.9"}})"));
  upstream->publish(policies::services::make_dns_index("other.test", services, none, none));
  auto s = start({.upstreams = {loopback}, .upstream_port = upstream->port()});
  s->publish(index_with(R"({"type":"ExternalName","externalName":"web.shop.svc.other.test"})"));
  EXPECT_EQ(ask(s->port(), "web.shop.svc.other.test").answers.size(), 1u);
  EXPECT_EQ(ask(s->port(), "x.shop.svc.other.test").code, wire::rcode::name_error);
  EXPECT_EQ(ask(s->port(), "web.shop.svc.other.test", false).code, wire::rcode::refused)
      << "recursion is not asked for";
  auto m = ask(s->port(), "web.shop.svc.cluster.local");
  ASSERT_EQ(m.answers.size(), 2u);
  EXPECT_EQ(m.answers[0].kind, wire::type::cname);
  EXPECT_EQ(m.answers[1].data, wire::a_data(0x0a610009));
}

TEST(service_test, upstreams_are_those_of_resolv_conf_but_never_itself) {
  EXPECT_EQ(
      upstreams_of(
          "# x\nnameserver 10.0.0.1\nsearch a b\nnameserver 10.96.0.10\nnameserver fd00::1\n nameserver\t10.0.0.2\n",
          0x0a60000a),
      (std::vector<std::uint32_t>{0x0a000001, 0x0a000002}));
}

} // namespace
} // namespace troupe::actors::dns
