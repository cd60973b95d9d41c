#include "net/http/listener.hpp"
#include <algorithm>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/ip/v6_only.hpp>
#include <boost/asio/steady_timer.hpp>
#include <condition_variable>
#include <fmt/format.h>
#include <future>
#include <mutex>
#include <unordered_set>

namespace troupe::net::http {

namespace asio = boost::asio;
using asio::ip::tcp;

namespace {

/// When the process is out of file descriptors, accepting again at once would spin.
constexpr auto accept_pause = std::chrono::milliseconds(100);
constexpr unsigned threads_max = 8;

/// The connections of one loop, touched only on its thread.
struct registry {
  std::unordered_set<connection*> all;
};

/// Told when a connection ends, on any thread.
struct census {
  std::mutex mutex;
  std::condition_variable changed;
};

/// Enters a connection in the books for as long as it lives.
struct tenancy {
  tenancy(std::shared_ptr<registry> in, connection* who, std::shared_ptr<arrivals> counts,
          std::shared_ptr<census> told)
      : in_(std::move(in)), who_(who), counts_(std::move(counts)), told_(std::move(told)) {
    in_->all.insert(who_);
  }
  ~tenancy() {
    in_->all.erase(who_);
    {
      const std::lock_guard lock(told_->mutex);
      counts_->connections.fetch_sub(1);
    }
    told_->changed.notify_all();
  }
  tenancy(const tenancy&) = delete;

private:
  std::shared_ptr<registry> in_;
  connection* who_;
  std::shared_ptr<arrivals> counts_;
  std::shared_ptr<census> told_;
};

} // namespace

struct listener::impl {
  listener_config config;
  protocol speak;
  std::shared_ptr<arrivals> counts = std::make_shared<arrivals>();
  std::shared_ptr<traffic> wire = std::make_shared<traffic>();
  std::shared_ptr<census> told = std::make_shared<census>();
  std::mutex tls_mutex;
  std::shared_ptr<const tls::context> tls;  // guarded by tls_mutex
  std::vector<std::shared_ptr<loop>> loops;
  std::vector<std::shared_ptr<registry>> registries;
  std::unique_ptr<tcp::acceptor> acceptor;
  std::unique_ptr<asio::steady_timer> retry;
  std::uint16_t port = 0;
  std::size_t next = 0;
  std::atomic<bool> accepting{true};

  tl::expected<void, std::string> listen();
  void accept();
  void adopt(std::size_t at, tcp::socket socket);
  void on_each(const std::function<void(connection&)>& action);
  void stop_accepting();
  void stop();
};

tl::expected<void, std::string> listener::impl::listen() {
  boost::system::error_code error;
  const auto address = asio::ip::make_address(config.address, error);
  if (error) return tl::unexpected(fmt::format("\"{}\" is not an IP address", config.address));
  const auto fail = [&](std::string_view what) {
    return tl::unexpected(fmt::format("{} {}:{}: {}", what, config.address, config.port, error.message()));
  };
  acceptor = std::make_unique<tcp::acceptor>(loops.front()->context());
  const tcp::endpoint endpoint(address, config.port);
  if (acceptor->open(endpoint.protocol(), error); error) return fail("open a socket for");
  acceptor->set_option(tcp::acceptor::reuse_address(true), error);
  if (address.is_v6()) acceptor->set_option(asio::ip::v6_only(false), error);
  if (acceptor->bind(endpoint, error); error) return fail("listen on");
  if (acceptor->listen(4096, error); error) return fail("listen on");
  acceptor->non_blocking(true, error);
  port = acceptor->local_endpoint(error).port();
  retry = std::make_unique<asio::steady_timer>(loops.front()->context());
  return {};
}

void listener::impl::accept() {
  const auto at = next++ % loops.size();
  acceptor->async_accept(loops[at]->context(), [this, at](boost::system::error_code error, tcp::socket socket) {
    loops.front()->step([&] {
      if (!accepting || error == asio::error::operation_aborted) return;
      if (error) {
        retry->expires_after(accept_pause);
        retry->async_wait([this](boost::system::error_code aborted) {
          if (!aborted && accepting) accept();
        });
        return;
      }
      if (counts->connections.load() >= config.connections_max) {
        counts->refused.fetch_add(1, std::memory_order_relaxed);
      } else {
        counts->connections.fetch_add(1);
        counts->accepted.fetch_add(1, std::memory_order_relaxed);
        if (at == 0) {
          adopt(at, std::move(socket));
        } else {
          auto moved = std::make_shared<tcp::socket>(std::move(socket));
          loops[at]->post([this, at, moved] { adopt(at, std::move(*moved)); });
        }
      }
      accept();
    });
  });
}

void listener::impl::adopt(std::size_t at, tcp::socket socket) {
  boost::system::error_code ignored;
  socket.set_option(asio::socket_base::keep_alive(true), ignored);
  auto& io = *loops[at];
  auto link = std::make_shared<connection>(io, std::move(socket), wire);
  link->keep(std::make_shared<tenancy>(registries[at], link.get(), counts, told));
  link->set_write_timeout(config.write_timeout);
  std::shared_ptr<const tls::context> settings;
  {
    const std::lock_guard lock(tls_mutex);
    settings = tls;
  }
  link->start(speak(*link), settings.get(), tls::role::server, {}, config.handshake_timeout);
}

void listener::impl::on_each(const std::function<void(connection&)>& action) {
  std::vector<std::future<void>> done;
  for (std::size_t i = 0; i < loops.size(); ++i) {
    auto finished = std::make_shared<std::promise<void>>();
    auto waiting = finished->get_future();
    const bool accepted = loops[i]->post([this, i, finished, &action] {
      // An ending connection leaves the registry, so that it is walked as a copy.
      const auto all = registries[i]->all;
      for (auto* each : all)
        if (registries[i]->all.contains(each)) action(*each);
      finished->set_value();
    });
    if (accepted) done.push_back(std::move(waiting));
  }
  for (auto& each : done) each.wait();
}

void listener::impl::stop_accepting() {
  accepting = false;
  std::promise<void> closed;
  const bool accepted = loops.front()->post([&] {
    boost::system::error_code ignored;
    acceptor->close(ignored);
    retry->cancel();
    closed.set_value();
  });
  if (accepted) closed.get_future().wait();
}

void listener::impl::stop() {
  if (loops.empty()) return;
  stop_accepting();
  on_each([](connection& each) { each.end(ending::finished); });
  for (auto& each : loops) each->stop();
  acceptor.reset();
  retry.reset();
  loops.clear();
}

tl::expected<std::unique_ptr<listener>, std::string> listener::start(listener_config config, protocol speak) {
  auto made = std::make_unique<impl>();
  made->config = std::move(config);
  made->speak = std::move(speak);
  if (const auto& given = made->config.tls) made->tls = std::make_shared<const tls::context>(*given);
  const auto threads = std::clamp(made->config.threads, 1U, threads_max);
  for (unsigned i = 0; i < threads; ++i) {
    made->loops.push_back(loop::start(fmt::format("{}/{}", made->config.name, i)));
    made->registries.push_back(std::make_shared<registry>());
  }
  std::unique_ptr<listener> self(new listener(std::move(made)));
  if (auto ok = self->impl_->listen(); !ok) {
    for (auto& each : self->impl_->loops) each->stop();
    self->impl_->acceptor.reset();
    self->impl_->loops.clear();
    return tl::unexpected(ok.error());
  }
  self->impl_->loops.front()->post([raw = self->impl_.get()] { raw->accept(); });
  return self;
}

listener::listener(std::unique_ptr<impl> made) : impl_(std::move(made)) {}
listener::~listener() { stop(); }

std::uint16_t listener::port() const noexcept { return impl_->port; }
const arrivals& listener::counts() const noexcept { return *impl_->counts; }
const traffic& listener::wire() const noexcept { return *impl_->wire; }

void listener::use(tls::context context) {
  const std::lock_guard lock(impl_->tls_mutex);
  impl_->tls = std::make_shared<const tls::context>(std::move(context));
}

bool listener::drain(std::chrono::milliseconds deadline) {
  if (impl_->loops.empty()) return true;
  impl_->stop_accepting();
  impl_->on_each([](connection& each) { each.retire(); });
  bool idle = false;
  {
    std::unique_lock lock(impl_->told->mutex);
    idle = impl_->told->changed.wait_for(lock, deadline, [&] { return impl_->counts->connections == 0; });
  }
  stop();
  return idle;
}

void listener::stop() { impl_->stop(); }

} // namespace troupe::net::http
