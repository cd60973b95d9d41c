#include "net/link/connection.hpp"
#include "net/certificates/certificate.hpp"
#include <algorithm>
#include <boost/asio/dispatch.hpp>
#include <boost/asio/write.hpp>
#include <cstring>
#include <fmt/format.h>
#include <netinet/tcp.h>
#include <openssl/err.h>
#include <openssl/pem.h>
#include <spdlog/spdlog.h>
#include <sys/socket.h>
#include <unistd.h>

namespace troupe::net::link {

namespace {

using boost::system::error_code;

std::string pem_of(X509* certificate) {
  std::unique_ptr<BIO, decltype(&BIO_free_all)> out(BIO_new(BIO_s_mem()), &BIO_free_all);
  if (!out || PEM_write_bio_X509(out.get(), certificate) != 1) return {};
  char* text = nullptr;
  auto size = BIO_get_mem_data(out.get(), &text);
  return {text, static_cast<std::size_t>(size)};
}

/// The system knows of bytes that this side has not seen yet: parts of a TLS record, or what came while this process
/// stood still.
std::chrono::milliseconds since_last_byte(int fd) {
  tcp_info facts{};
  socklen_t size = sizeof facts;
  if (::getsockopt(fd, IPPROTO_TCP, TCP_INFO, &facts, &size) != 0) return std::chrono::hours(24);
  return std::chrono::milliseconds(facts.tcpi_last_data_recv);
}

} // namespace

connection::connection(asio::ip::tcp::socket socket, std::shared_ptr<asio::ssl::context> context,
                       std::chrono::milliseconds silence)
    : context_(std::move(context)), tls_(std::move(socket), *context_), local_(tls_.get_executor()),
      timer_(tls_.get_executor()), life_(tls_.get_executor()), silence_(silence) {
  error_code error;
  auto remote = tls_.lowest_layer().remote_endpoint(error);
  if (!error) address_ = fmt::format("{}:{}", remote.address().to_string(), remote.port());
}

connection::~connection() { ERR_clear_error(); }

void connection::handshake(asio::ssl::stream_base::handshake_type side, std::chrono::milliseconds limit,
                           std::function<void(std::optional<std::string>)> done) {
  error_code ignored;
  tls_.lowest_layer().set_option(asio::ip::tcp::no_delay(true), ignored);
  // Else the system tries for a quarter of an hour. It counts a peer that lives and does not read as well: that one has
  // more time than a silent one, which is noticed by its silence.
  constexpr int limits_without_reading = 5;
  auto unacknowledged_ms = static_cast<unsigned>(limits_without_reading * silence_.count());
  ::setsockopt(tls_.lowest_layer().native_handle(), IPPROTO_TCP, TCP_USER_TIMEOUT, &unacknowledged_ms,
               sizeof unacknowledged_ms);
  auto self = shared_from_this();
  timer_.expires_after(limit);
  timer_.async_wait([self](error_code error) {
    if (!error) self->shut();
  });
  tls_.async_handshake(side, [self, done = std::move(done)](error_code error) {
    self->timer_.cancel();
    if (error) {
      self->shut();
      return done(fmt::format("handshake with {}: {}", self->address_, error.message()));
    }
    self->read_peer();
    done(std::nullopt);
  });
}

void connection::read_peer() {
  std::unique_ptr<X509, decltype(&X509_free)> certificate(SSL_get1_peer_certificate(tls_.native_handle()), &X509_free);
  if (!certificate) return;
  auto facts = certificates::inspect(pem_of(certificate.get()));
  if (facts) peer_ = {facts->common_name, facts->organizations, facts->dns_names};
}

tl::expected<int, std::string> connection::attach(judge j, std::function<void()> closed) {
  int fds[2];
  if (::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, fds) != 0)
    return tl::make_unexpected(fmt::format("socketpair: {}", std::strerror(errno)));
  asio::dispatch(tls_.get_executor(), [self = shared_from_this(), fd = fds[0], j = std::move(j),
                                       closed = std::move(closed)]() mutable {
    if (self->shut_) {
      ::close(fd);
      return closed();
    }
    self->filter_ = std::make_unique<basp_filter>(std::move(j));
    self->closed_ = std::move(closed);
    error_code error;
    self->local_.assign(asio::local::stream_protocol(), fd, error);
    if (error) {
      ::close(fd);
      return self->shut();
    }
    constexpr std::size_t part = 65536;
    self->in_.resize(part);
    self->out_.resize(part);
    self->inbound();
    self->outbound();
    self->listen_for_life(self->heard_ + self->silence_);
  });
  return fds[1];
}

void connection::close() {
  asio::dispatch(tls_.get_executor(), [self = shared_from_this()] { self->shut(); });
}

void connection::expect_settled(std::chrono::milliseconds limit) {
  if (shut_ || settled_) return;
  timer_.expires_after(limit);
  timer_.async_wait([weak = weak_from_this()](error_code error) {
    auto self = weak.lock();
    if (error || !self || self->settled_) return;
    spdlog::info("link: silent_peer peer={} address={} why=\"no hello in time\"", self->peer_.common_name,
                 self->address_);
    self->shut();
  });
}

void connection::settled() {
  asio::dispatch(tls_.get_executor(), [self = shared_from_this()] {
    self->settled_ = true;
    self->timer_.cancel();
  });
}

void connection::shut() {
  if (shut_) return;
  shut_ = true;
  error_code ignored;
  timer_.cancel();
  life_.cancel();
  local_.close(ignored);
  tls_.lowest_layer().close(ignored);
  if (auto closed = std::exchange(closed_, nullptr)) closed();
}

void connection::listen_for_life(std::chrono::steady_clock::time_point until) {
  life_.expires_at(until);
  life_.async_wait([weak = weak_from_this()](error_code error) {
    auto self = weak.lock();
    if (error || !self || self->shut_) return;
    auto now = std::chrono::steady_clock::now();
    if (!self->listening_) return self->listen_for_life(now + self->silence_);
    auto heard = std::max(self->heard_, now - since_last_byte(self->tls_.lowest_layer().native_handle()));
    if (auto due = heard + self->silence_; now < due) return self->listen_for_life(due);
    spdlog::info("link: silent_peer peer={} address={} why=\"not a byte within {} ms\"", self->peer_.common_name,
                 self->address_, self->silence_.count());
    self->shut();
  });
}

void connection::inbound() {
  heard_ = std::chrono::steady_clock::now();
  listening_ = true;
  tls_.async_read_some(asio::buffer(in_), [self = shared_from_this()](error_code error, std::size_t n) {
    self->listening_ = false;
    self->clean_.clear();
    if (error || !self->filter_->inbound({self->in_.data(), n}, self->clean_)) return self->shut();
    asio::async_write(self->local_, asio::buffer(self->clean_), [self](error_code e, std::size_t) {
      if (e) self->shut();
      else self->inbound();
    });
  });
}

void connection::outbound() {
  local_.async_read_some(asio::buffer(out_), [self = shared_from_this()](error_code error, std::size_t n) {
    if (error || !self->filter_->outbound({self->out_.data(), n})) return self->shut();
    asio::async_write(self->tls_, asio::buffer(self->out_.data(), n), [self](error_code e, std::size_t) {
      if (e) self->shut();
      else self->outbound();
    });
  });
}

} // namespace troupe::net::link
