#include "tools/chaos/live/api.hpp"
#include "net/http/loop.hpp"
#include "net/tls/context.hpp"

namespace troupe::tools::chaos::live {

namespace http = net::http;
namespace json = api::json;

namespace {

/// Anything but an object is an empty one.
json::object object_of(std::string_view text) {
  boost::system::error_code error;
  auto document = json::parse(json::string_view(text.data(), text.size()), error);
  return error || !document.is_object() ? json::object{} : std::move(document.get_object());
}

struct reading {
  std::string partial;
  int status = 0;
};

} // namespace

api_servers::~api_servers() {
  for (auto& one : all_)
    one->close();
}

void api_servers::inbox::put(std::function<void()> what) {
  std::lock_guard lock(mutex);
  all.push_back(std::move(what));
  news.notify_one();
}

tl::expected<void, std::string> api_servers::add(const bench::endpoint& to) {
  http::client_config config;
  config.host = to.host;
  config.port = to.port;
  auto tls = net::tls::context::client({to.ca_pem, to.certificate_pem, to.key_pem, to.verify, {"http/1.1"}});
  if (!tls) return tl::make_unexpected(tls.error());
  config.tls = std::move(*tls);
  all_.push_back(http::client::make(io_, std::move(config)));
  return {};
}

void api_servers::call(std::size_t server, request what, std::function<void(const reply&)> then) {
  http::client_request out;
  out.method = what.method;
  out.target = what.path;
  out.timeout = what.limit;
  out.fields.add("Accept", "application/json");
  if (!what.body.empty()) {
    out.fields.add("Content-Type", what.type);
    out.body = std::make_shared<const std::string>(std::move(what.body));
  }
  all_[server]->send(std::move(out), [to = inbox_, then = std::move(then)](auto got) {
    reply r;
    if (got) {
      r.code = got->status;
      r.body = object_of(got->body);
    } else {
      r.sent = got.error().may_have_happened;
    }
    to->put([then, r = std::move(r)] { then(r); });
  });
}

http::canceller api_servers::watch(std::size_t server, const std::string& path,
                                   std::function<void(json::object)> line, std::function<void(int)> end) {
  http::client_request out;
  out.target = path;
  out.fields.add("Accept", "application/json");
  auto state = std::make_shared<reading>();
  http::stream_callbacks calls;
  calls.on_head = [state](int status, const http::headers&) { state->status = status; };
  calls.on_data = [state, to = inbox_, line](std::string_view bytes) {
    for (;;) {
      auto at = bytes.find('\n');
      state->partial += bytes.substr(0, at);
      if (at == bytes.npos) return;
      if (state->status == 200) to->put([line, text = std::move(state->partial)] { line(object_of(text)); });
      state->partial.clear();
      bytes.remove_prefix(at + 1);
    }
  };
  calls.on_end = [state, to = inbox_, end](std::optional<http::client_error>) {
    to->put([end, status = state->status] { end(status); });
  };
  return all_[server]->stream(std::move(out), std::move(calls));
}

void api_servers::wait(std::chrono::milliseconds limit) {
  std::deque<std::function<void()>> now;
  {
    std::unique_lock lock(inbox_->mutex);
    inbox_->news.wait_for(lock, limit, [this] { return !inbox_->all.empty(); });
    now.swap(inbox_->all);
  }
  for (auto& one : now)
    one();
}

} // namespace troupe::tools::chaos::live
