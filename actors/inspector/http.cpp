#include "actors/apiserver/render.hpp"
#include "actors/base/error.hpp"
#include "actors/inspector/inspector.hpp"
#include "net/http/target.hpp"
#include <algorithm>
#include <charconv>
#include <fmt/format.h>
#include <spdlog/spdlog.h>

// What people ask, and how the answers of all nodes become one.
namespace troupe::actors::inspector {

namespace {

namespace json = api::json;
constexpr std::string_view prefix = "/troupe/v1/inspect/";

void respond(const apiserver::http_exchange& x, int code, const json::object& body) {
  auto fields = apiserver::answer_headers("application/json");
  fields.set("Cache-Control", "no-store");
  x.responder.respond(code, std::move(fields), json::serialize(body));
}

void refuse(const apiserver::http_exchange& x, const api::status& s) { respond(x, s.code, s.document()); }

bool is_master(const apiserver::user& who) {
  return std::find(who.groups.begin(), who.groups.end(), "system:masters") != who.groups.end();
}

api::status forbidden(const apiserver::user& who, std::string_view verb, std::string_view path) {
  api::status s;
  s.code = 403;
  s.reason = "Forbidden";
  s.message = fmt::format("forbidden: User \"{}\" cannot {} path \"{}\": this is for members of system:masters, as "
                          "the admin's kubeconfig makes them",
                          who.name, verb, path);
  return s;
}

struct asked {
  json::object question;
  bool changes = false;   ///< asked by POST
  bool of_a_node = false; ///< ids of actors are those of a node
};

std::optional<std::uint64_t> number(std::string_view text) {
  std::uint64_t out = 0;
  auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), out);
  if (text.empty() || error != std::errc{} || end != text.data() + text.size()) return std::nullopt;
  return out;
}

json::object trace_by(const net::http::query_parameters& query) {
  json::object out{{"what", "trace"}, {"end", net::http::first(query, "end") == "true"}};
  for (auto* text : {"session", "role", "type", "object"}) out[text] = net::http::first(query, text);
  for (auto* value : {"actor", "limit"})
    if (auto n = number(net::http::first(query, value))) out[value] = *n;
  return out;
}

/// What a path stands for; nothing if there is no such path.
std::optional<asked> asked_by(std::string_view path, const net::http::query_parameters& query) {
  if (path == "actors") return asked{{{"what", "actors"}, {"all", net::http::first(query, "all") == "true"}}};
  if (path == "store") return asked{{{"what", "store"}}};
  if (path == "log-level") return asked{{{"what", "logLevel"}, {"level", net::http::first(query, "level")}}, true};
  if (path == "trace") return asked{trace_by(query), true};
  constexpr std::string_view one = "actors/";
  if (!path.starts_with(one)) return std::nullopt;
  auto text = path.substr(one.size());
  std::string what = "actor";
  for (std::string_view verb : {"restart", "pause", "resume"})
    if (text.ends_with(verb) && text.substr(0, text.size() - verb.size()).ends_with('/')) {
      text.remove_suffix(verb.size() + 1);
      what = verb;
      break;
    }
  auto id = number(text);
  if (!id) return std::nullopt;
  asked out{{{"what", what}, {"id", *id}}, what != "actor", true};
  constexpr std::uint64_t pause_seconds = 60;
  if (what == "pause") out.question["seconds"] = number(net::http::first(query, "seconds")).value_or(pause_seconds);
  return out;
}

api::status wrong_method() {
  api::status s;
  s.code = 405;
  s.reason = "MethodNotAllowed";
  s.message = "the server does not allow this method on the requested resource";
  return s;
}

} // namespace

struct inspector_state::gathering {
  std::map<std::uint64_t, json::object> answers; ///< by node
  std::size_t missing = 0;
  std::function<void(json::array)> then;

  void arrived(std::uint64_t node, json::object answer) {
    answers[node] = std::move(answer);
    if (--missing > 0) return;
    json::array all;
    for (auto& [id, each] : answers) all.push_back(std::move(each));
    then(std::move(all));
  }
};

void inspector_state::gather(const json::object& question, std::string_view node,
                             std::function<void(json::array)> then) {
  auto g = std::make_shared<gathering>();
  g->then = std::move(then);
  std::vector<std::pair<std::uint64_t, std::string>> asked;
  for (auto& [id, its_name] : nodes)
    if (node.empty() || node == its_name) asked.emplace_back(id, its_name);
  g->missing = asked.size();
  if (asked.empty()) return g->then({});
  auto text = json::serialize(question);
  for (auto& [node_id, node_name] : asked) {
    auto id = node_id;
    auto failed = [id, called = node_name](const std::string& why) {
      return json::object{{"node", id}, {"name", called}, {"error", why}};
    };
    if (id == config.node_id) {
      answer(question, [=](json::object o) { g->arrived(id, std::move(o)); });
      continue;
    }
    auto peer = peers.find(id);
    if (peer == peers.end() || !peer->second) {
      g->arrived(id, failed("there is no link to it"));
      continue;
    }
    self->request(peer->second, config.node_timeout, call_atom::value, text)
      .then(
        [=, called = node_name](const std::string& told) {
          boost::system::error_code error;
          auto value = json::parse(told, error);
          auto* o = error ? nullptr : value.if_object();
          if (!o) return g->arrived(id, failed("its answer is not JSON"));
          (*o)["node"] = id; // Nobody speaks for another node.
          (*o)["name"] = called;
          g->arrived(id, std::move(*o));
        },
        [=](caf::error& e) {
          g->arrived(id, failed(e == caf::sec::request_timeout ? "it does not answer" : text_of(e)));
        });
  }
}

void inspector_state::serve(const apiserver::http_exchange_ptr& x, const apiserver::user& who) {
  auto& r = x->request;
  auto path = net::http::percent_decode(r.path);
  if (!path || !path->starts_with(prefix)) return refuse(*x, api::unknown_resource());
  bool allowed = is_master(who);
  // As it came: what is decoded may hold line ends.
  spdlog::info("inspector: audit user=\"{}\" verb={} path=\"{}{}{}\" allowed={}", net::http::percent_encode(who.name),
               r.method, r.path, r.query.empty() ? "" : "?", r.query, allowed);
  if (!allowed) return refuse(*x, forbidden(who, r.method == "GET" ? "get" : "create", *path));
  auto query = net::http::parse_query(r.query);
  auto q = asked_by(std::string_view(*path).substr(prefix.size()), query);
  if (!q) return refuse(*x, api::unknown_resource());
  if (r.method != (q->changes ? "POST" : "GET")) return refuse(*x, wrong_method());
  auto node = std::string(net::http::first(query, "node"));
  if (q->of_a_node && node.empty())
    return refuse(*x, api::bad_request("ids of actors are those of a node: say which by ?node="));
  if (q->changes) q->question["by"] = who.name;
  gather(q->question, node, [=, this, one = q->of_a_node, changes = q->changes](json::array all) {
    if (!node.empty() && all.empty())
      return refuse(*x, api::bad_request("there is no node \"" + node + "\" in the cluster"));
    if (changes) record_all(who.name, all);
    if (!one) return respond(*x, 200, {{"nodes", std::move(all)}});
    auto& o = all[0].get_object();
    auto why = api::string_at(o, {"error"});
    if (why.empty()) return respond(*x, 200, o);
    api::status s;
    s.code = changes ? 409 : 404;
    s.reason = changes ? "Conflict" : "NotFound";
    s.message = fmt::format("node {}: {}", node, why);
    refuse(*x, s);
  });
}

void inspector_state::record_all(const std::string& by, const json::array& answers) {
  for (auto& each : answers)
    if (auto done = api::string_at(each, {"done"}); !done.empty())
      record(std::string(api::string_at(each, {"name"})), "Inspector", fmt::format("{}: {}", by, done));
}

} // namespace troupe::actors::inspector
