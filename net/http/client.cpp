#include "net/http/client.hpp"
#include "net/http/client_session.hpp"
#include <algorithm>
#include <boost/asio/connect.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <deque>
#include <fmt/format.h>
#include <future>
#include <set>

namespace troupe::net::http {

namespace asio = boost::asio;
using asio::ip::tcp;

namespace {

bool idempotent(std::string_view method) noexcept { return method == "GET" || method == "HEAD" || method == "OPTIONS"; }

constexpr auto connect_limit = std::chrono::seconds(30);

} // namespace

class client::impl final : public session_owner, public std::enable_shared_from_this<impl> {
public:
  impl(std::shared_ptr<loop> io, client_config config) : io_(std::move(io)), config_(std::move(config)) {}

  /// Runs `action` on the loop: now if we are there already.
  template <class Action> void enter(Action action) {
    // A stopped loop has no thread that we could disturb.
    if (io_->on_thread() || !io_->post(action)) action();
  }

  void begin(std::shared_ptr<operation> what) {
    if (closed_ || !io_->on_thread())
      return what->fail({client_errc::cancelled, closed_ ? "the client is closed" : "the loop has stopped", false});
    what->on_timeout = [weak = weak_from_this()](operation& late) {
      if (const auto self = weak.lock()) self->time_out(late);
    };
    io_->expire_at(*what, clock::now() + what->request.timeout);
    waiting_.push_back(std::move(what));
    serve();
  }

  void cancel(operation& what, client_error why) {
    if (what.over) return;
    const auto keep = what.shared_from_this();
    io_->forget(what);
    std::erase(waiting_, keep);
    auto* session = what.session;
    what.fail(std::move(why));
    if (session != nullptr) session->cancel();
  }

  void close() {
    closed_ = true;
    const auto waiting = std::exchange(waiting_, {});
    for (const auto& each : waiting) {
      io_->forget(*each);
      each->fail({client_errc::cancelled, "the client is closed", false});
    }
    const auto links = links_;
    for (const auto& each : links) each->end(ending::finished);
    const auto sockets = connecting_;
    for (auto* each : sockets) {
      boost::system::error_code ignored;
      each->close(ignored);
    }
  }

  void free(client_session& session) override {
    if (!session.used_before()) --opening_;
    if (!waiting_.empty()) {
      auto next = std::move(waiting_.front());
      waiting_.pop_front();
      session.run(std::move(next));
    } else {
      idle_.push_back(&session);
    }
  }

  void lost(client_session& session, std::shared_ptr<operation> unfinished, client_error why) override {
    --count_;
    if (!session.ready()) --opening_;
    std::erase(idle_, &session);
    if (unfinished && !unfinished->over) {
      // The server may close a kept connection just as we use it; that is nobody's fault.
      const bool stale = session.used_before() && unfinished->response.status == 0 && !unfinished->repeated &&
                         why.code == client_errc::closed && idempotent(unfinished->request.method);
      if (stale && !closed_) {
        unfinished->repeated = true;
        waiting_.push_front(std::move(unfinished));
      } else {
        io_->forget(*unfinished);
        unfinished->fail(std::move(why));
      }
    } else if (why.code == client_errc::tls) {
      fail_waiting(why);
    }
    serve();
  }

private:
  void time_out(operation& late) {
    const bool sent = late.session != nullptr;
    cancel(late, {client_errc::timed_out, "timed out", sent});
  }

  /// Nobody could connect for the sake of the first in the queue.
  void fail_waiting(const client_error& why) {
    if (waiting_.empty()) return;
    const auto first = std::move(waiting_.front());
    waiting_.pop_front();
    io_->forget(*first);
    first->fail(why);
  }

  void serve() {
    while (!waiting_.empty() && !idle_.empty()) {
      auto* session = idle_.back();
      idle_.pop_back();
      auto next = std::move(waiting_.front());
      waiting_.pop_front();
      session->run(std::move(next));
    }
    while (!closed_ && opening_ < waiting_.size() && count_ < config_.connections_max) connect();
  }

  void connect() {
    ++count_;
    ++opening_;
    auto socket = std::make_shared<tcp::socket>(io_->context());
    connecting_.insert(socket.get());
    boost::system::error_code error;
    const auto address = asio::ip::make_address(config_.host, error);
    const auto self = shared_from_this();
    if (!error) {
      socket->async_connect({address, config_.port}, [self, socket](boost::system::error_code failed) {
        self->io_->step([&] { self->connected(socket, failed); });
      });
      return;
    }
    auto resolver = std::make_shared<tcp::resolver>(io_->context());
    resolver->async_resolve(
        config_.host, std::to_string(config_.port),
        [self, socket, resolver](boost::system::error_code failed, const tcp::resolver::results_type& found) {
          self->io_->step([&] {
            if (failed) return self->connected(socket, failed);
            asio::async_connect(*socket, found,
                                [self, socket](boost::system::error_code refused, const tcp::endpoint&) {
                                  self->io_->step([&] { self->connected(socket, refused); });
                                });
          });
        });
  }

  void connected(const std::shared_ptr<tcp::socket>& socket, boost::system::error_code error) {
    connecting_.erase(socket.get());
    if (error || closed_) {
      --count_;
      --opening_;
      fail_waiting({client_errc::connect,
                    fmt::format("connect to {}:{}: {}", config_.host, config_.port, error.message()), false});
      return serve();
    }
    auto link = std::make_shared<connection>(*io_, std::move(*socket), traffic_);
    links_.insert(link.get());
    link->keep(std::shared_ptr<void>(nullptr, [self = shared_from_this(), raw = link.get()](void*) {
      self->links_.erase(raw);
    }));
    const auto& name = config_.server_name.empty() ? config_.host : config_.server_name;
    link->start(std::make_unique<client_session>(*link, shared_from_this(), config_),
                config_.tls ? &*config_.tls : nullptr, tls::role::client, name, connect_limit);
  }

  std::shared_ptr<loop> io_;
  client_config config_;
  std::shared_ptr<traffic> traffic_ = std::make_shared<traffic>();
  // The loop's thread only.
  std::deque<std::shared_ptr<operation>> waiting_;
  std::vector<client_session*> idle_;
  std::set<connection*> links_;
  std::set<tcp::socket*> connecting_;
  std::size_t count_ = 0;    ///< connections, also those being made
  std::size_t opening_ = 0;  ///< those being made, up to the end of the handshake
  bool closed_ = false;

  friend class client;
};

std::shared_ptr<client> client::make(std::shared_ptr<loop> io, client_config config) {
  return std::shared_ptr<client>(new client(std::make_shared<impl>(std::move(io), std::move(config))));
}

client::~client() { close(); }

void client::close() {
  impl_->enter([self = impl_] { self->close(); });
}

void client::send(client_request what, std::function<void(client_result<client_response>)> done) {
  auto made = std::make_shared<operation>();
  made->request = std::move(what);
  made->on_response = std::move(done);
  impl_->enter([self = impl_, made] { self->begin(made); });
}

canceller client::stream(client_request what, stream_callbacks callbacks) {
  auto made = std::make_shared<operation>();
  made->request = std::move(what);
  made->stream = std::move(callbacks);
  impl_->enter([self = impl_, made] { self->begin(made); });
  return [self = impl_, made] {
    self->enter([self, made] { self->cancel(*made, {client_errc::cancelled, "cancelled", true}); });
  };
}

void client::upgrade(client_request what, std::function<void(client_result<upgrade_result>)> done) {
  auto made = std::make_shared<operation>();
  made->request = std::move(what);
  made->upgrade = true;
  made->on_upgrade = std::move(done);
  impl_->enter([self = impl_, made] { self->begin(made); });
}

client_result<client_response> client::call(client_request what) {
  const auto answer = std::make_shared<std::promise<client_result<client_response>>>();
  send(std::move(what), [answer](client_result<client_response> got) { answer->set_value(std::move(got)); });
  return answer->get_future().get();
}

client_result<upgrade_result> client::call_upgrade(client_request what) {
  const auto answer = std::make_shared<std::promise<client_result<upgrade_result>>>();
  upgrade(std::move(what), [answer](client_result<upgrade_result> got) { answer->set_value(std::move(got)); });
  return answer->get_future().get();
}

} // namespace troupe::net::http
