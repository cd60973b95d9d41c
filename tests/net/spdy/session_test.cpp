#include "net/spdy/session.hpp"
#include "tests/net/http/loopback.hpp"

namespace troupe::net::spdy {
namespace {

const http::headers upgrade_fields{{"Connection", "Upgrade"}, {"Upgrade", "SPDY/3.1"}};

/// A server that repeats on every stream what it hears there.
struct world {
  std::shared_ptr<session> serving;
  http::flag closed, reset;
  http::loopback net{[this](const http::request&, const http::responder& answer) {
    serving = session::open(answer.upgrade(upgrade_fields), role::server);
    serving->start({.on_stream = [this](stream_id id, const header_list& fields) {
                      if (find(fields, "streamtype") == "refused") serving->reset(id, reset_status::refused_stream);
                      else serving->accept(id);
                    },
                    .on_reply = {},
                    .on_data = [this](stream_id id, std::string_view bytes) { serving->write(id, bytes); },
                    .on_end = [this](stream_id id) { serving->end(id); },
                    .on_reset = [this](stream_id) { reset.set(); },
                    .on_close = [this] { closed.set(); }});
  }};

  std::shared_ptr<session> connect() {
    auto got = net.client()->call_upgrade({.method = "POST", .fields = upgrade_fields});
    return session::open(std::move(got->stream), role::client);
  }
};

struct heard {
  std::mutex mutex;
  std::map<stream_id, std::string> data;
  std::set<stream_id> replied, ended, reset;
  http::flag closed;
  session_callbacks callbacks() {
    const auto note = [this](std::set<stream_id> heard::*where) {
      return [this, where](stream_id id) {
        const std::lock_guard lock(mutex);
        (this->*where).insert(id);
      };
    };
    return {.on_stream = {},
            .on_reply = [note](stream_id id, const header_list&) mutable { note(&heard::replied)(id); },
            .on_data = [this](stream_id id, std::string_view bytes) {
              const std::lock_guard lock(mutex);
              data[id] += bytes;
            },
            .on_end = note(&heard::ended),
            .on_reset = note(&heard::reset),
            .on_close = [this] { closed.set(); }};
  }
  bool has(std::set<stream_id> heard::*where, stream_id id) {
    return http::eventually([&] {
      const std::lock_guard lock(mutex);
      return (this->*where).contains(id);
    });
  }
};

TEST(session, streams_are_independent_and_half_close) {
  heard h;
  world w;
  const auto client = w.connect();
  client->start(h.callbacks());
  const auto a = client->open_stream({{"streamtype", "data"}}), b = client->open_stream({{"streamtype", "data"}});
  EXPECT_EQ(a, 1U);
  EXPECT_EQ(b, 3U);
  EXPECT_TRUE(h.has(&heard::replied, a) && h.has(&heard::replied, b));
  const std::string large(200'000, 'x');
  client->write(a, "one");
  client->write(b, large);
  client->end(a);
  EXPECT_FALSE(client->write(a, "after the end").has_value());
  EXPECT_TRUE(h.has(&heard::ended, a));
  client->end(b);
  EXPECT_TRUE(h.has(&heard::ended, b));
  EXPECT_EQ(h.data[a], "one");
  EXPECT_EQ(h.data[b], large);
  client->close();
  EXPECT_TRUE(h.closed.wait());
  EXPECT_TRUE(w.closed.wait());
}

TEST(session, refused_and_reset_streams_end) {
  heard h;
  world w;
  const auto client = w.connect();
  client->start(h.callbacks());
  EXPECT_TRUE(h.has(&heard::reset, client->open_stream({{"streamtype", "refused"}})));
  const auto id = client->open_stream({{"streamtype", "data"}});
  client->reset(id, reset_status::cancel);
  EXPECT_TRUE(w.reset.wait());
  EXPECT_FALSE(client->write(id, "x").has_value());
  client->close();
}

TEST(session, pings_come_back_and_garbage_ends_the_connection) {
  std::mutex mutex;
  std::string said;
  http::flag closed;
  world w;
  auto got = w.net.client()->call_upgrade({.method = "POST", .fields = upgrade_fields});
  got->stream->start([&](std::string_view bytes) {
    const std::lock_guard lock(mutex);
    said += bytes;
  }, [&] { closed.set(); });
  const auto ping = encode_ping(std::string("\0\0\0\1", 4));
  got->stream->write(ping);
  EXPECT_TRUE(http::eventually([&] {
    const std::lock_guard lock(mutex);
    return said == ping;
  }));
  got->stream->write(encode_syn_stream(2, "not compressed", false));
  EXPECT_TRUE(closed.wait());
  EXPECT_TRUE(w.closed.wait());
}

TEST(session, the_number_of_open_streams_is_bounded) {
  heard h;
  world w;
  const auto client = w.connect();
  client->start(h.callbacks());
  stream_id last = 0;
  for (int i = 0; i < 1025; ++i) last = client->open_stream({{"streamtype", "data"}});
  EXPECT_TRUE(h.has(&heard::reset, last));
  EXPECT_TRUE(h.has(&heard::replied, last - 2));
  client->close();
}

} // namespace
} // namespace troupe::net::spdy
