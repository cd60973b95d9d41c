#include "tools/troupe/cluster_client.hpp"
#include "net/http/client.hpp"
#include "net/http/loop.hpp"
#include "policies/api/json.hpp"
#include <fmt/format.h>

namespace troupe::tools {

namespace {

namespace http = net::http;
namespace json = api::json;

/// A name in the certificate of every API server of the cluster and of nothing else: addresses may change.
constexpr std::string_view server_name = "kubernetes";
constexpr std::size_t answer_max = 8 << 20;

/// The threads of a client end with it.
struct connection {
  std::shared_ptr<http::loop> loop = http::loop::start("join");
  std::shared_ptr<http::client> client;
  ~connection() {
    if (client) client->close();
    loop->stop();
  }
};

json::object parsed(const std::string& text) {
  boost::system::error_code error;
  auto value = json::parse(text, error);
  return !error && value.is_object() ? std::move(value.get_object()) : json::object();
}

} // namespace

std::string cluster_answer::message() const {
  auto document = parsed(body);
  auto text = api::string_at(document, {"message"});
  constexpr std::size_t shown_max = 200;
  return text.empty() ? fmt::format("answer {}: {}", code, body.substr(0, shown_max)) : std::string(text);
}

tl::expected<cluster_answer, std::string> ask_cluster(const policies::joining::address& at, const trust& how,
                                                      const std::string& method, const std::string& path,
                                                      std::string body, std::chrono::milliseconds limit) {
  net::tls::client_options tls;
  tls.ca_pem = how.authority_pem;
  tls.verify = !how.authority_pem.empty();
  tls.alpn = {"http/1.1"};
  if (how.own) {
    tls.certificate_pem = how.own->certificate_pem;
    tls.key_pem = how.own->key.private_pem();
  }
  auto context = net::tls::context::client(tls);
  if (!context) return tl::make_unexpected(context.error());
  http::client_config config;
  config.host = at.host;
  config.port = at.port;
  config.tls = std::move(*context);
  config.server_name = server_name;
  config.body_bytes_max = answer_max;
  connection c;
  c.client = http::client::make(c.loop, std::move(config));
  http::client_request request;
  request.method = method;
  request.target = "/troupe/v1/" + path;
  request.timeout = limit;
  if (!body.empty()) {
    request.fields.add("Content-Type", "application/json");
    request.body = std::make_shared<const std::string>(std::move(body));
  }
  auto answer = c.client->call(std::move(request));
  if (!answer) return tl::make_unexpected(answer.error().message);
  return cluster_answer{answer->status, std::move(answer->body)};
}

tl::expected<cluster_face, face_error> look_at(const policies::joining::address& at, const std::string& ca_hash,
                                               std::chrono::milliseconds limit) {
  auto answer = ask_cluster(at, {}, "GET", "ca", {}, limit);
  if (!answer) return tl::make_unexpected(face_error{false, answer.error()});
  if (answer->code == 503) return tl::make_unexpected(face_error{false, answer->message()});
  auto document = parsed(answer->body);
  cluster_face out;
  out.authority_pem = api::string_at(document, {"authority"});
  out.clock = api::int_at(document, {"clock"});
  out.program = api::string_at(document, {"program"});
  if (!answer->ok() || out.authority_pem.empty())
    return tl::make_unexpected(face_error{true, "what listens there is not a troupe cluster"});
  auto hash = net::certificates::public_key_hash(out.authority_pem);
  if (!hash || *hash != ca_hash)
    return tl::make_unexpected(
      face_error{true, "it belongs to another cluster than the join string: its CA has another key"});
  return out;
}

} // namespace troupe::tools
