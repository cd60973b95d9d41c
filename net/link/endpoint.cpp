#include "net/link/endpoint.hpp"
#include <boost/asio/post.hpp>
#include <fmt/format.h>
#include <openssl/err.h>
#include <openssl/ssl.h>
#include <pthread.h>
#include <spdlog/spdlog.h>

namespace troupe::net::link {

namespace {

using asio::ip::tcp;
using boost::system::error_code;

tl::expected<std::shared_ptr<asio::ssl::context>, std::string> make_context(const credential& own) {
  auto out = std::make_shared<asio::ssl::context>(asio::ssl::context::tls);
  error_code error;
  auto failed = [&](std::string_view what) {
    ERR_clear_error();
    return tl::make_unexpected(fmt::format("{} of the link: {}", what, error.message()));
  };
  out->use_certificate_chain(asio::buffer(own.certificate_pem), error);
  if (error) return failed("certificate");
  out->use_private_key(asio::buffer(own.key_pem), asio::ssl::context::pem, error);
  if (error) return failed("key");
  out->add_certificate_authority(asio::buffer(own.ca_pem), error);
  if (error) return failed("CA");
  out->set_verify_mode(asio::ssl::verify_peer | asio::ssl::verify_fail_if_no_peer_cert);
  SSL_CTX_set_min_proto_version(out->native_handle(), TLS1_3_VERSION);
  SSL_CTX_set_options(out->native_handle(), SSL_OP_NO_TICKET);
  SSL_CTX_set_num_tickets(out->native_handle(), 0);
  // One node is a client to some and a server to others with the same certificate.
  SSL_CTX_set_purpose(out->native_handle(), X509_PURPOSE_ANY);
  return out;
}

} // namespace

/// One connect with its limit.
struct endpoint::attempt : std::enable_shared_from_this<attempt> {
  attempt(asio::io_context& io, std::function<void(tl::expected<connection_ptr, std::string>)> d)
      : socket(io), timer(io), done(std::move(d)) {}
  tcp::socket socket;
  asio::steady_timer timer;
  std::function<void(tl::expected<connection_ptr, std::string>)> done;
};

endpoint::endpoint(endpoint_config config, std::function<void(connection_ptr)> accepted)
    : config_(std::move(config)), accepted_(std::move(accepted)), work_(io_.get_executor()), acceptor_(io_),
      pause_(io_) {}

tl::expected<std::unique_ptr<endpoint>, std::string> endpoint::start(endpoint_config config,
                                                                     std::function<void(connection_ptr)> accepted) {
  auto context = make_context(config.own);
  if (!context) return tl::make_unexpected(context.error());
  std::unique_ptr<endpoint> out(new endpoint(std::move(config), std::move(accepted)));
  out->context_ = std::move(*context);
  error_code error;
  auto where = asio::ip::make_address(out->config_.address, error);
  if (error) return tl::make_unexpected(fmt::format("{} is no IP address", out->config_.address));
  tcp::endpoint at(where, out->config_.port);
  auto& a = out->acceptor_;
  a.open(at.protocol(), error);
  if (!error) a.set_option(asio::socket_base::reuse_address(true), error);
  if (!error) a.bind(at, error);
  if (!error) a.listen(asio::socket_base::max_listen_connections, error);
  if (error)
    return tl::make_unexpected(fmt::format("listen for other nodes on {}:{}: {}; choose another port with --link-port",
                                           out->config_.address, out->config_.port, error.message()));
  out->port_ = a.local_endpoint().port();
  out->accept();
  out->thread_ = std::thread([e = out.get()] {
    pthread_setname_np(pthread_self(), "link");
    e->io_.run();
  });
  return out;
}

endpoint::~endpoint() { stop(); }

void endpoint::stop() {
  if (!thread_.joinable()) return;
  io_.stop();
  thread_.join();
  error_code ignored;
  acceptor_.close(ignored);
  strangers_.clear();
}

std::shared_ptr<asio::ssl::context> endpoint::context() {
  std::lock_guard guard(mutex_);
  return context_;
}

tl::expected<void, std::string> endpoint::renew(const credential& own) {
  auto fresh = make_context(own);
  if (!fresh) return tl::make_unexpected(fresh.error());
  std::lock_guard guard(mutex_);
  context_ = std::move(*fresh);
  return {};
}

void endpoint::accept() {
  acceptor_.async_accept([this](error_code error, tcp::socket socket) {
    if (error == asio::error::operation_aborted) return;
    if (error) { // Out of descriptors, most likely: trying at once would only burn a core.
      spdlog::warn("link: accept_failed why=\"{}\"", error.message());
      pause_.expires_after(std::chrono::milliseconds(200));
      return pause_.async_wait([this](error_code e) {
        if (!e) accept();
      });
    }
    welcome(std::move(socket));
    accept();
  });
}

void endpoint::welcome(tcp::socket socket) {
  if (*open_ >= config_.connections_max) return; // Closes it.
  if (strangers_.size() >= config_.strangers_max) {
    auto oldest = strangers_.extract(strangers_.begin());
    oldest.mapped()->close();
  }
  auto c = std::make_shared<connection>(std::move(socket), context(), config_.silence);
  auto number = ++came_;
  strangers_.emplace(number, c);
  c->handshake(asio::ssl::stream_base::server, config_.handshake_limit,
               [this, c, number](std::optional<std::string> error) {
                 ERR_clear_error(); // What one stranger left there must not hit the next connection.
                 strangers_.erase(number);
                 if (error) spdlog::debug("link: refused why=\"{}\"", *error);
                 else let_in(c);
               });
}

void endpoint::let_in(const connection_ptr& c) {
  if (*open_ >= config_.connections_max) return c->close();
  ++*open_;
  c->keep(std::shared_ptr<void>(nullptr, [open = open_](void*) { --*open; }));
  c->expect_settled(config_.hello_limit);
  accepted_(c);
}

void endpoint::dial(const std::string& address, std::uint16_t port,
                    std::function<void(tl::expected<connection_ptr, std::string>)> done) {
  asio::post(io_, [this, address, port, done = std::move(done)]() mutable {
    error_code error;
    auto where = asio::ip::make_address(address, error);
    if (error) return done(tl::make_unexpected(fmt::format("{} is no IP address", address)));
    auto a = std::make_shared<attempt>(io_, std::move(done));
    a->timer.expires_after(config_.connect_limit);
    a->timer.async_wait([a](error_code e) {
      error_code ignored;
      if (!e) a->socket.close(ignored);
    });
    a->socket.async_connect({where, port}, [this, a, address, port](error_code e) {
      a->timer.cancel();
      if (e) {
        auto why = e == asio::error::operation_aborted ? std::string("no answer in time") : e.message();
        return a->done(tl::make_unexpected(fmt::format("connect to {}:{}: {}", address, port, why)));
      }
      auto c = std::make_shared<connection>(std::move(a->socket), context(), config_.silence);
      c->handshake(asio::ssl::stream_base::client, config_.handshake_limit,
                   [this, a, c](std::optional<std::string> failed) {
                     ERR_clear_error();
                     if (failed) return a->done(tl::make_unexpected(*failed));
                     c->expect_settled(config_.hello_limit);
                     a->done(c);
                   });
    });
  });
}

} // namespace troupe::net::link
