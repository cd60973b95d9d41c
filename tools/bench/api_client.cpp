#include "tools/bench/api_client.hpp"
#include "net/http/client.hpp"
#include "net/http/loop.hpp"
#include "net/tls/context.hpp"
#include <cstdlib>
#include <fmt/format.h>
#include <fstream>
#include <sstream>

namespace troupe::tools::bench {

namespace http = net::http;
namespace json = api::json;
using failure = tl::unexpected<std::string>;

namespace {

tl::expected<std::string, std::string> read_file(const std::string& path) {
  std::ifstream in(path, std::ios::binary);
  std::ostringstream text;
  if (!in || !(text << in.rdbuf())) return failure(fmt::format("cannot read {}", path));
  return text.str();
}

tl::expected<void, std::string> read_into(std::string& to, const std::string& path) {
  if (path.empty()) return {};
  auto text = read_file(path);
  if (!text) return failure(text.error());
  to = std::move(*text);
  return {};
}

std::string default_kubeconfig() {
  if (const auto* named = std::getenv("KUBECONFIG"); named != nullptr && *named != '\0') {
    const std::string list = named;
    return list.substr(0, list.find(':'));
  }
  const auto* home = std::getenv("HOME");
  return std::string(home == nullptr ? "" : home) + "/.kube/config";
}

std::string in_words(const api_error& why, const endpoint& to) {
  if (why.code == 0) return fmt::format("the server {} cannot be reached: {}", to.url(), why.message);
  if (why.code == 401)
    return fmt::format("the server {} does not accept these credentials ({})", to.url(), why.message);
  if (why.code == 403) return fmt::format("not allowed on {}: {}", to.url(), why.message);
  return fmt::format("{} answers {}: {}", to.url(), why.code, why.message);
}

} // namespace

tl::expected<endpoint, std::string> resolve(const server_options& from) {
  if (from.server.empty()) {
    const auto file = from.kubeconfig.empty() ? default_kubeconfig() : from.kubeconfig;
    const auto text = read_file(file);
    if (!text) return failure(text.error() + "; name a cluster with --kubeconfig or --server");
    const auto slash = file.rfind('/');
    auto out =
        parse_kubeconfig(*text, from.context, slash == std::string::npos ? "." : file.substr(0, slash), read_file);
    if (!out) return failure(fmt::format("kubeconfig {}: {}", file, out.error()));
    if (!from.token.empty()) out->token = from.token;
    return out;
  }
  auto out = parse_server(from.server);
  if (!out) return out;
  out->verify = !from.insecure;
  out->token = from.token;
  for (auto [to, path] :
       {std::pair{&out->ca_pem, &from.ca}, {&out->certificate_pem, &from.certificate}, {&out->key_pem, &from.key}})
    if (auto ok = read_into(*to, *path); !ok) return failure(ok.error());
  if (out->certificate_pem.empty() != out->key_pem.empty())
    return failure("--client-cert and --client-key go together");
  return out;
}

struct api_client::impl {
  endpoint to;
  std::string version;
  std::shared_ptr<http::loop> loop;
  std::shared_ptr<http::client> client;

  ~impl() {
    if (client) client->close();
    if (loop) loop->stop();
  }

  [[nodiscard]] http::client_request request(const std::string& method, const std::string& path) const {
    http::client_request out;
    out.method = method;
    out.target = to.path + path;
    out.timeout = std::chrono::minutes(2);
    out.fields.add("Accept", "application/json");
    if (!to.token.empty()) out.fields.add("Authorization", "Bearer " + to.token);
    return out;
  }
};

api_client::api_client(std::unique_ptr<impl> i) : impl_(std::move(i)) {}
api_client::~api_client() = default;

tl::expected<std::unique_ptr<api_client>, std::string> api_client::connect(const endpoint& to) {
  auto i = std::make_unique<impl>();
  i->to = to;
  http::client_config config;
  config.host = to.host;
  config.port = to.port;
  config.server_name = to.server_name;
  if (to.tls) {
    auto tls = net::tls::context::client({to.ca_pem, to.certificate_pem, to.key_pem, to.verify, {"http/1.1"}});
    if (!tls) return failure(tls.error());
    config.tls = std::move(*tls);
  }
  i->loop = http::loop::start("bench");
  i->client = http::client::make(i->loop, std::move(config));
  std::unique_ptr<api_client> out(new api_client(std::move(i)));
  const auto version = out->get("/version");
  if (!version) return failure(in_words(version.error(), to));
  out->impl_->version = api::string_at(*version, {"gitVersion"}, "unknown");
  // Anybody may see the version: whether the credentials count shows elsewhere.
  if (const auto probe = out->get("/api"); !probe) return failure(in_words(probe.error(), to));
  return out;
}

const endpoint& api_client::to() const noexcept { return impl_->to; }
const std::string& api_client::server_version() const noexcept { return impl_->version; }

api_result<json::object> api_client::call(const std::string& method, const std::string& path, std::string body,
                                          const std::string& type) {
  auto request = impl_->request(method, path);
  if (!body.empty()) {
    request.fields.add("Content-Type", type);
    request.body = std::make_shared<const std::string>(std::move(body));
  }
  const auto got = impl_->client->call(std::move(request));
  if (!got) return tl::unexpected(api_error{0, got.error().message});
  boost::system::error_code error;
  auto document = json::parse(got->body, error);
  const bool object = !error && document.is_object();
  if (got->status < 200 || got->status >= 300)
    return tl::unexpected(api_error{got->status, object ? std::string(api::string_at(document, {"message"}, got->body))
                                                        : got->body.substr(0, 200)});
  if (!object) return tl::unexpected(api_error{got->status, "the answer is not a JSON object"});
  return std::move(document.get_object());
}

api_result<json::object> api_client::get(const std::string& path) { return call("GET", path, {}, {}); }
api_result<json::object> api_client::post(const std::string& path, std::string body, const std::string& type) {
  return call("POST", path, std::move(body), type);
}
api_result<json::object> api_client::put(const std::string& path, std::string body) {
  return call("PUT", path, std::move(body), "application/json");
}
api_result<json::object> api_client::remove(const std::string& path, std::string body) {
  return call("DELETE", path, std::move(body), "application/json");
}

namespace {

class stream_watch final : public api_client::watch {
public:
  ~stream_watch() override { stop(); }
  void stop() override {
    if (const auto cancel = std::exchange(cancel_, nullptr)) cancel();
  }
  http::canceller cancel_;
};

} // namespace

std::unique_ptr<api_client::watch> api_client::open_watch(const std::string& path,
                                                          std::function<void(std::string_view)> on_event,
                                                          std::function<void(std::string)> on_end) {
  struct reading {
    std::string partial;
    int status = 0;
  };
  const auto state = std::make_shared<reading>();
  http::stream_callbacks callbacks;
  callbacks.on_head = [state](int status, const http::headers&) { state->status = status; };
  callbacks.on_data = [state, on_event = std::move(on_event)](std::string_view bytes) {
    for (;;) {
      const auto end = bytes.find('\n');
      state->partial += bytes.substr(0, end);
      if (end == std::string_view::npos) return;
      if (state->status == 200) on_event(state->partial);
      state->partial.clear();
      bytes.remove_prefix(end + 1);
    }
  };
  callbacks.on_end = [state, on_end = std::move(on_end)](std::optional<http::client_error> why) {
    if (why)
      on_end(why->message);
    else
      on_end(state->status == 200 ? "" : fmt::format("watch refused with {}: {}", state->status, state->partial));
  };
  auto out = std::make_unique<stream_watch>();
  out->cancel_ = impl_->client->stream(impl_->request("GET", path), std::move(callbacks));
  return out;
}

} // namespace troupe::tools::bench
