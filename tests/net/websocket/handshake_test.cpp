#include "net/websocket/handshake.hpp"
#include <gtest/gtest.h>

namespace troupe::net::websocket {
namespace {

http::request opening() {
  http::request what;
  what.method = "GET";
  what.fields = {{"Connection", "keep-alive, Upgrade"}, {"Upgrade", "WebSocket"}, {"Sec-WebSocket-Version", "13"},
                 {"Sec-WebSocket-Key", "dGhlIHNhbXBsZSBub25jZQ=="}};
  return what;
}

TEST(handshake, answers_the_key_of_rfc_6455) {
  const auto done = accept(opening(), {"v5.channel.k8s.io"});
  ASSERT_TRUE(done.has_value());
  EXPECT_EQ(done->answer.find("sec-websocket-accept"), "s3pPLMBiTxaQ9kYGzzhZRbK+xOo=");
  EXPECT_EQ(done->protocol, "");
  EXPECT_FALSE(done->answer.contains("sec-websocket-protocol"));
}

TEST(handshake, chooses_in_the_clients_order) {
  auto what = opening();
  what.fields.add("Sec-WebSocket-Protocol", "x, v4.channel.k8s.io");
  what.fields.add("Sec-WebSocket-Protocol", "v5.channel.k8s.io");
  const auto done = accept(what, {"v5.channel.k8s.io", "v4.channel.k8s.io"});
  EXPECT_EQ(done->protocol, "v4.channel.k8s.io");
  EXPECT_EQ(done->answer.find("sec-websocket-protocol"), "v4.channel.k8s.io");
}

TEST(handshake, refuses_with_a_reason) {
  struct bad_case { std::string_view name, field, value; int status; };
  const bad_case cases[] = {
      {"an old version", "Sec-WebSocket-Version", "8", 426},
      {"a short key", "Sec-WebSocket-Key", "c2hvcnQ=", 400},
      {"a key that is not base64", "Sec-WebSocket-Key", "dGhlIHNhbXBsZSBub25jZQ!!", 400},
      {"only unknown protocols", "Sec-WebSocket-Protocol", "mqtt", 400},
      {"no upgrade", "Upgrade", "h2c", 400},
  };
  for (const auto& each : cases) {
    auto what = opening();
    what.fields.set(each.field, each.value);
    const auto done = accept(what, {"v5.channel.k8s.io"});
    ASSERT_FALSE(done.has_value()) << each.name;
    EXPECT_EQ(done.error().status, each.status) << each.name;
  }
  auto post = opening();
  post.method = "POST";
  EXPECT_EQ(accept(post, {}).error().status, 405);
}

TEST(handshake, both_sides_agree) {
  const std::string nonce = "0123456789abcdef";
  http::request what;
  what.method = "GET";
  what.fields = request_fields(nonce, {"a", "b"});
  const auto done = accept(what, {"b"});
  ASSERT_TRUE(done.has_value());
  EXPECT_EQ(done->protocol, "b");
  EXPECT_TRUE(accepted(nonce, done->answer));
  EXPECT_FALSE(accepted("another nonce 16", done->answer));
}

} // namespace
} // namespace troupe::net::websocket
