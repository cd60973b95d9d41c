#include "tests/support/api_fixture.hpp"

namespace troupe::actors::apiserver {
namespace {

struct services_test : api_fixture {
  static std::string text(const std::string& name, const std::string& spec = R"("ports":[{"port":80}])") {
    return R"({"metadata":{"namespace":"a","name":")" + name + R"("},"spec":{)" + spec + "}}";
  }
  reply make(const std::string& name, const std::string& spec = R"("ports":[{"port":80}])") {
    return call(create(admin(), services, object(text(name, spec))));
  }
};

TEST_F(services_test, concurrent_creations_on_all_workers_never_share_an_address_or_port) {
  start_api();
  auto first = own(sys.spawn(worker, context, dir)), second = own(sys.spawn(worker, context, dir));
  pass(std::chrono::milliseconds(100));
  constexpr int count = 120;
  for (int i = 0; i < count; ++i) {
    auto c = create(admin(), services,
                    object(text("s" + std::to_string(i),
                                R"("type":"NodePort","ports":[{"name":"x","port":80},{"name":"y","port":81}])")));
    // Also workers that are not the ones the pool would choose: what they give out must differ all the same.
    auto to = i % 3 == 0 ? caf::actor_cast<caf::actor>(api) : caf::actor_cast<caf::actor>(i % 3 == 1 ? first : second);
    self->send(to, call_atom::value, c);
  }
  pass(std::chrono::seconds(2));
  std::set<std::string> addresses;
  std::set<std::int64_t> ports;
  for (int i = 0; i < count; ++i)
    self->receive(
      [&](shared<reply>& r) {
        ASSERT_EQ(r->code, 201) << r->message();
        addresses.emplace(api::string_at(r->object->spec(), {"clusterIP"}));
        for (auto& p : *api::array_at(r->object->spec(), {"ports"})) ports.insert(api::int_at(p, {"nodePort"}));
      },
      caf::after(std::chrono::milliseconds(0)) >> [] { FAIL() << "no answer"; });
  EXPECT_EQ(addresses.size(), std::size_t(count));
  EXPECT_EQ(ports.size(), std::size_t(2 * count));
}

TEST_F(services_test, what_a_service_held_is_free_after_it) {
  start_api();
  constexpr auto wanted = R"("clusterIP":"10.96.0.77","ports":[{"port":80}])";
  ASSERT_EQ(make("x", wanted).code, 201);
  auto taken = make("y", wanted);
  EXPECT_EQ(taken.code, 422);
  EXPECT_NE(taken.message().find("provided IP is already allocated"), std::string_view::npos) << taken.message();
  ASSERT_EQ(call(remove(admin(), services, {"a", "x"})).code, 200);
  EXPECT_EQ(make("y", wanted).code, 201);
  // A service that needs none any more gives its address back, too.
  auto outside = call(merge_patch(
      admin(), services, {"a", "y"},
      object(R"({"spec":{"type":"ExternalName","externalName":"a.b","clusterIP":null,"clusterIPs":null}})")));
  ASSERT_EQ(outside.code, 200) << outside.message();
  EXPECT_EQ(make("z", wanted).code, 201);
}

} // namespace
} // namespace troupe::actors::apiserver
