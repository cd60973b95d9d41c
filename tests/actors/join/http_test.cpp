#include "actors/join/http.hpp"
#include <gtest/gtest.h>

namespace troupe::actors::join {
namespace {

apiserver::http_exchange exchange(std::string path, std::string body = {}) {
  apiserver::http_exchange x;
  x.request.method = "POST";
  x.request.path = std::move(path);
  x.request.body = std::move(body);
  auto peer = std::make_shared<net::http::peer>();
  peer->address = "10.0.0.9";
  peer->certificate = {true, true, "", "system:node:a", {"system:nodes"}, {"3.node.troupe.internal"}};
  x.request.peer = peer;
  return x;
}

TEST(http, a_request_becomes_a_question_of_whoever_showed_the_certificate) {
  auto x = exchange("/troupe/v1/tokens/a%62c", "{}");
  auto q = question_of(x, {"u", "", {"g"}, {}});
  ASSERT_TRUE(q.has_value());
  EXPECT_EQ(q->path, "tokens/abc");
  EXPECT_EQ(q->body, "{}");
  EXPECT_EQ(q->who.name, "u");
  EXPECT_EQ(q->address, "10.0.0.9");
  EXPECT_EQ(q->node, (policies::cluster::node_identity{3, "a", false}));
}

TEST(http, a_certificate_that_was_not_verified_is_nobodys) {
  auto x = exchange("/troupe/v1/renew");
  auto peer = std::make_shared<net::http::peer>(*x.request.peer);
  peer->certificate.verified = false;
  x.request.peer = peer;
  EXPECT_FALSE(question_of(x, {})->node.has_value());
}

TEST(http, paths_and_bodies_have_bounds) {
  auto bad = exchange("/troupe/v1/%zz"), large = exchange("/troupe/v1/join", std::string(65'537, 'x'));
  EXPECT_EQ(question_of(bad, {}).error().code, 400);
  EXPECT_EQ(question_of(large, {}).error().code, 413);
}

} // namespace
} // namespace troupe::actors::join
