#include "actors/apiserver/http.hpp"
#include "actors/apiserver/operation.hpp"
#include "net/http/target.hpp"
#include "policies/pipeline/query_options.hpp"
#include <algorithm>

namespace troupe::actors::apiserver {

namespace {

/// Commands of exec repeat the parameter; other options count once, the first one.
constexpr char repeated_separator = '\0';

void read_query(std::string_view raw, call& c) {
  for (auto& [name, value] : net::http::parse_query(raw)) {
    auto [at, fresh] = c.query.emplace(name, value);
    if (!fresh && name == "command") at->second.append(1, repeated_separator).append(value);
  }
}

bool is_stream(const policies::routing::request_path& p) {
  if (p.resource != "pods" || !p.group.empty()) return false;
  return p.subresource == "log" || p.subresource == "exec" || p.subresource == "attach" ||
         p.subresource == "portforward";
}

verb verb_of(const http_call& c, std::string_view method) {
  if (is_stream(c.path)) return verb::connect;
  auto text = policies::routing::verb_of(method, c.path, c.watch);
  if (text == "get") return verb::get;
  if (text == "list") return verb::list;
  if (text == "watch") return verb::watch;
  if (text == "create") return verb::create;
  if (text == "update") return verb::update;
  if (text == "patch") return verb::patch;
  return text == "delete" ? verb::remove : verb::remove_collection;
}

bool truthy(const call& c, const char* name) { return policies::pipeline::flag(c.query, name); }

void respond_text(const http_exchange& x, int code, std::string text) {
  auto fields = answer_headers("text/plain; charset=utf-8");
  fields.set("X-Content-Type-Options", "nosniff");
  x.responder.respond(code, std::move(fields), std::move(text));
}

void answer_health(const http_call& c, const http_exchange& x, bool ready) {
  bool needs_ready = c.raw_path.starts_with("/readyz") || c.raw_path.starts_with("/healthz");
  bool ok = ready || !needs_ready;
  auto check = c.raw_path.substr(1, c.raw_path.find('/', 1) - 1);
  if (!truthy(c.what, "verbose") && ok) return respond_text(x, 200, "ok");
  std::string text = "[+]ping ok\n[+]log ok\n";
  text += ok ? "[+]store ok\n" : "[-]store failed: reason withheld\n";
  text += check + (ok ? " check passed\n" : " check failed\n");
  respond_text(x, ok ? 200 : 500, std::move(text));
}

void answer_document(const http_exchange& x, const policies::schema::static_document& document) {
  if (!document.etag.empty() && x.request.fields.find("if-none-match") == document.etag) {
    auto fields = answer_headers(document.content_type);
    fields.set("ETag", document.etag);
    x.responder.respond(304, std::move(fields), std::string{});
    return;
  }
  auto fields = answer_headers(document.content_type);
  fields.set("Vary", "Accept");
  if (!document.etag.empty()) fields.set("ETag", document.etag);
  x.responder.respond(200, std::move(fields), document.body);
}

std::string trimmed(std::string_view path) {
  while (path.size() > 1 && path.back() == '/') path.remove_suffix(1);
  return std::string(path);
}

} // namespace

api::result<http_call> read_request(http_exchange& x, user who) {
  http_call out;
  auto path = net::http::percent_decode(x.request.path);
  if (!path) return api::failure(api::bad_request("invalid URL escape in path"));
  out.raw_path = trimmed(*path);
  auto parsed = policies::routing::parse_path(*path);
  if (!parsed) return api::failure(parsed.error());
  out.path = std::move(*parsed);
  auto& c = out.what;
  c.who = std::move(who);
  read_query(x.request.query, c);
  out.watch = out.path.watch_prefix || truthy(c, "watch");
  if (!out.path.is_resource) return out;
  if (policies::routing::verb_of(x.request.method, out.path, out.watch).empty())
    return api::failure(method_refused());
  c.group = out.path.group;
  c.version = out.path.version;
  c.resource = out.path.resource;
  c.subresource = out.path.subresource;
  c.ns = out.path.ns;
  c.name = out.path.name;
  c.what = verb_of(out, x.request.method);
  bool names_object = !c.name.empty();
  if ((c.what == verb::create && names_object && c.subresource.empty()) ||
      ((c.what == verb::update || c.what == verb::patch) && !names_object))
    return api::failure(method_refused());
  c.content_type = x.request.fields.find("content-type");
  c.body = std::move(x.request.body);
  auto accept = x.request.fields.find("accept");
  auto form = policies::routing::negotiate(accept);
  if (!form && c.what != verb::connect) return api::failure(form.error());
  if (form) out.how.form = *form;
  // JSON is encoded once per object for all clients; every client that lists it takes it.
  if (out.how.form.bytes == policies::routing::representation::encoding::protobuf &&
      accept.find("application/json") != std::string_view::npos)
    out.how.form.bytes = policies::routing::representation::encoding::json;
  if (auto include = c.query.find("includeObject"); include != c.query.end()) out.how.include_object = include->second;
  out.how.pretty = truthy(c, "pretty");
  return out;
}

bool answer_static(const http_call& c, const http_exchange& x, const server_context& context, bool ready) {
  auto accept = x.request.fields.find("accept");
  if (auto document = context.discovery.answer(c.raw_path, accept)) return answer_document(x, *document), true;
  if (auto document = context.openapi.answer(c.raw_path, accept)) return answer_document(x, *document), true;
  auto first = c.raw_path.substr(0, c.raw_path.find('/', 1));
  if (first == "/healthz" || first == "/livez" || first == "/readyz") return answer_health(c, x, ready), true;
  if (c.raw_path == "/version")
    return x.responder.respond(200, answer_headers("application/json"), context.version_document), true;
  if (c.raw_path == "/metrics" && context.metrics)
    return x.responder.respond(200, answer_headers("text/plain; version=0.0.4; charset=utf-8"), context.metrics()),
           true;
  if (context.tokens && c.raw_path == "/openid/v1/jwks")
    return x.responder.respond(200, answer_headers("application/jwk-set+json"), context.tokens->key_set()), true;
  if (context.tokens && c.raw_path == "/.well-known/openid-configuration")
    return x.responder.respond(200, answer_headers("application/json"), context.tokens->discovery_document()), true;
  if (c.raw_path == "/") {
    api::json::array paths{"/.well-known/openid-configuration", "/api", "/api/v1", "/apis"};
    for (auto& gv : context.types.group_versions())
      if (!gv.group.empty()) paths.emplace_back(fmt::format("/apis/{}/{}", gv.group, gv.version));
    for (auto* path :
         {"/healthz", "/livez", "/metrics", "/openapi/v2", "/openapi/v3", "/openid/v1/jwks", "/readyz", "/version"})
      paths.emplace_back(path);
    return x.responder.respond(200, answer_headers("application/json"),
                               api::json::serialize(api::json::object{{"paths", std::move(paths)}})), true;
  }
  return false;
}

} // namespace troupe::actors::apiserver
