#include "tests/net/streams/pod.hpp"
#include "net/http/target.hpp"
#include <poll.h>

namespace troupe::net::streams {

namespace {

constexpr std::string_view pod_json =
    R"({"kind":"Pod","apiVersion":"v1","metadata":{"name":"p","namespace":"default","uid":"1"},)"
    R"("spec":{"nodeName":"n","containers":[{"name":"c","image":"i","stdin":true}]},)"
    R"("status":{"phase":"Running","conditions":[{"type":"Ready","status":"True"}],)"
    R"("containerStatuses":[{"name":"c","ready":true,"image":"i","imageID":"","restartCount":0,"state":{"running":{}}}]}})";
constexpr std::string_view resources =
    R"({"kind":"APIResourceList","apiVersion":"v1","groupVersion":"v1","resources":[{"name":"pods","singularName":"pod",)"
    R"("namespaced":true,"kind":"Pod","shortNames":["po"],"verbs":["get","list","create"]}]})";

void json(const http::responder& answer, std::string_view body) {
  answer.respond(200, {{"Content-Type", "application/json"}}, std::string(body));
}

/// Writes pieces until enough is pending, and goes on when all of it has left.
struct flood : std::enable_shared_from_this<flood> {
  remote_streams_ptr to;
  std::size_t left = 8 << 20;
  void pour() {
    static const std::string piece(32 * 1024, 'x');
    while (left > 0) {
      const auto pending = to->write(channel::out, piece);
      if (!pending) return to.reset();
      left -= piece.size();
      if (*pending > 256 * 1024) return;
    }
    if (to) to->finish(success);
    to.reset();
  }
};

} // namespace

pod::pod() : net([this](const http::request& what, const http::responder& answer) { handle(what, answer); }) {}

void pod::handle(const http::request& what, const http::responder& answer) {
  if (what.path == "/version") return json(answer, R"({"major":"1","minor":"32","gitVersion":"v1.32.0"})");
  if (what.path == "/api") return json(answer, R"({"kind":"APIVersions","versions":["v1"]})");
  if (what.path == "/apis") return json(answer, R"({"kind":"APIGroupList","apiVersion":"v1","groups":[]})");
  if (what.path == "/api/v1") return json(answer, resources);
  if (what.path == "/api/v1/namespaces/default/pods/p") return json(answer, pod_json);
  if (what.path.ends_with("/p/exec") || what.path.ends_with("/p/attach")) return exec(what, answer);
  if (what.path.ends_with("/p/portforward")) return forward(what, answer);
  answer.respond(404, {{"Content-Type", "application/json"}},
                 R"({"kind":"Status","apiVersion":"v1","status":"Failure","reason":"NotFound","code":404})");
}

void pod::exec(const http::request& what, const http::responder& answer) {
  const auto query = http::parse_query(what.query);
  const auto yes = [&](std::string_view name) {
    const auto value = http::first(query, name);
    return value == "true" || value == "1";
  };
  const stream_options options{yes("stdin"), yes("stdout"), yes("stderr") && !yes("tty"), yes("tty")};
  const std::string command(http::first(query, "command"));
  const auto ok = accept_remote(
      what, answer, options,
      {.on_ready = [this, command](remote_streams_ptr streams) { return run(command, std::move(streams)); },
       .on_failed =
           [this](std::string_view why) {
             const std::lock_guard lock(mutex);
             failure = why;
           }},
      std::chrono::milliseconds(300));
  if (!ok) answer.respond(ok.error().status, {{"Content-Type", "text/plain"}}, ok.error().message);
}

remote_callbacks pod::run(const std::string& command, remote_streams_ptr streams) {
  {
    const std::lock_guard lock(mutex);
    sessions.insert(streams);
  }
  auto* raw = streams.get();
  remote_callbacks callbacks;
  callbacks.on_close = [this, streams] {
    const std::lock_guard lock(mutex);
    sessions.erase(streams);
    closed.set();
  };
  if (command == "cat") {
    callbacks.on_data = [raw](channel from, std::string_view bytes) {
      if (from == channel::in) raw->write(channel::out, bytes);
    };
    callbacks.on_end = [raw](channel) { raw->finish(success); };
  } else if (command == "fail") {
    // No process is faster, and client-go drops what comes before it has made its streams.
    const std::lock_guard lock(mutex);
    processes.emplace_back([streams] {
      constexpr int start_ms = 60;
      ::poll(nullptr, 0, start_ms);
      streams->write(channel::err, "no such thing\n");
      streams->finish(exit_3);
    });
  } else if (command == "size") {
    callbacks.on_data = [raw](channel from, std::string_view bytes) {
      if (from != channel::resize) return;
      raw->write(channel::out, bytes);
      raw->finish(success);
    };
  } else if (command == "flood") {
    const auto work = std::make_shared<flood>();
    work->to = streams;
    streams->on_drained([work] {
      if (work->to) work->pour();
    });
    work->pour();
  }
  return callbacks;
}

void pod::forward(const http::request& what, const http::responder& answer) {
  const auto ok = accept_port_forward(
      what, answer,
      {.on_connection =
           [](std::uint16_t port, forwarded_connection_ptr connection) {
             forward_callbacks callbacks;
             if (port == 1) {
               connection->fail("connection refused");
               return callbacks;
             }
             callbacks.on_data = [connection](std::string_view bytes) { connection->write(bytes); };
             callbacks.on_end = [connection] { connection->end(); };
             return callbacks;
           },
       .on_close = [this] { forward_closed.set(); }});
  if (!ok) answer.respond(ok.error().status, {{"Content-Type", "text/plain"}}, ok.error().message);
}

} // namespace troupe::net::streams
