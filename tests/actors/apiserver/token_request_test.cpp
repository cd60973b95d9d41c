#include "actors/apiserver/service_tokens.hpp"
#include "actors/controller/bindings.hpp"
#include "tests/support/api_fixture.hpp"

namespace troupe::actors::apiserver {
namespace {

using namespace std::chrono_literals;
const resource_path accounts{"", "v1", "serviceaccounts"}, reviews{"authentication.k8s.io", "v1", "tokenreviews"};

struct token_request_test : api_fixture {
  void SetUp() override {
    tokens =
        std::make_shared<service_tokens>("https://issuer", *net::certificates::key::make_ec(),
                                         std::vector<net::certificates::key>{}, net::certificates::system_random());
    start_api();
    own(sys.spawn(controller::controller, controller::service_account(), env, dir, controller::controller_config{}));
    pass(500ms);
    auto made = call(create(admin(), pods, object(R"({"metadata":{"namespace":"a","name":"p"},
      "spec":{"nodeName":"n","terminationGracePeriodSeconds":0,"containers":[{"name":"m","image":"i:1"}]}})")));
    ASSERT_EQ(made.code, 201) << made.message();
    uid = made.object->uid();
  }
  reply request(const std::string& spec, const user& who = admin(), const std::string& account = "default") {
    return call(create_subresource(
        who, accounts, {"a", account}, "token",
        object(R"({"apiVersion":"authentication.k8s.io/v1","kind":"TokenRequest","spec":)" + spec + "}")));
  }
  std::string bound(const std::string& more = "") {
    return R"({"boundObjectRef":{"kind":"Pod","apiVersion":"v1","name":"p")" + more + "}}";
  }
  /// The status of a review.
  api::json::object review(std::string_view token, const std::string& audiences = "[]") {
    auto r = call(create(admin(), reviews,
                         object(R"({"apiVersion":"authentication.k8s.io/v1","kind":"TokenReview","spec":{"token":")" +
                                std::string(token) + R"(","audiences":)" + audiences + "}}")));
    EXPECT_EQ(r.code, 201) << r.message();
    return r.object->status();
  }
  static std::string token_of(const reply& r) {
    EXPECT_EQ(r.code, 201) << r.message();
    return std::string(api::string_at(r.object->status(), {"token"}));
  }
  std::string uid;
};

TEST_F(token_request_test, a_token_speaks_for_its_account) {
  auto status = review(token_of(request("{}")));
  EXPECT_TRUE(api::bool_at(status, {"authenticated"}));
  EXPECT_EQ(api::string_at(status, {"user", "username"}), "system:serviceaccount:a:default");
  EXPECT_FALSE(api::bool_at(review("nonsense"), {"authenticated"}));
}

TEST_F(token_request_test, a_token_ends_with_the_pod_that_it_is_bound_to) {
  auto token = token_of(request(bound()));
  EXPECT_TRUE(api::bool_at(review(token), {"authenticated"}));
  ASSERT_EQ(call(remove(admin(), pods, {"a", "p"}, {{"gracePeriodSeconds", 0}})).code, 200);
  EXPECT_FALSE(api::bool_at(review(token), {"authenticated"}));
  auto again = call(create(
      admin(), pods,
      object(R"({"metadata":{"namespace":"a","name":"p"},"spec":{"containers":[{"name":"m","image":"i:1"}]}})")));
  ASSERT_EQ(again.code, 201) << again.message();
  EXPECT_FALSE(api::bool_at(review(token), {"authenticated"})) << "another pod of the same name";
}

TEST_F(token_request_test, a_token_ends_with_its_account) {
  auto token = token_of(request("{}"));
  call(remove(admin(), accounts, {"a", "default"}));
  pass(1s);
  ASSERT_EQ(call(get(admin(), accounts, {"a", "default"})).code, 200) << "made again by its controller";
  EXPECT_FALSE(api::bool_at(review(token), {"authenticated"}));
}

TEST_F(token_request_test, audiences_are_those_asked_for) {
  auto token = token_of(request(R"({"audiences":["vault"]})"));
  EXPECT_FALSE(api::bool_at(review(token), {"authenticated"}));
  auto status = review(token, R"(["vault","x"])");
  EXPECT_TRUE(api::bool_at(status, {"authenticated"}));
  EXPECT_EQ(api::json::serialize(*api::array_at(status, {"audiences"})), R"(["vault"])");
}

TEST_F(token_request_test, references_are_validated) {
  EXPECT_EQ(request(bound(R"(,"uid":"u")")).code, 409);
  EXPECT_EQ(request(bound(), admin(), "nobody").code, 404);
  auto missing = request(R"({"boundObjectRef":{"kind":"Pod","apiVersion":"v1","name":"none"}})");
  EXPECT_EQ(missing.message(), "pods \"none\" not found");
  auto other = request(R"({"boundObjectRef":{"kind":"Deployment","apiVersion":"apps/v1","name":"d"}})");
  EXPECT_EQ(other.code, 400);
  EXPECT_EQ(other.message(), "cannot bind token to object of type apps/v1, Kind=Deployment");
}

TEST_F(token_request_test, a_node_gets_tokens_for_its_own_pods_only) {
  auto unbound = request("{}", node("n"));
  EXPECT_EQ(unbound.code, 403);
  EXPECT_NE(unbound.message().find("node requested token not bound to a pod"), std::string_view::npos);
  EXPECT_EQ(request(bound(R"(,"uid":")" + uid + "\""), node("other")).code, 403);
  EXPECT_EQ(request(bound(R"(,"uid":")" + uid + "\""), node("n")).code, 201);
}

} // namespace
} // namespace troupe::actors::apiserver
