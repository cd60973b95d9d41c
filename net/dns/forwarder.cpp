#include "net/dns/forwarder.hpp"
#include <array>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/ip/udp.hpp>
#include <boost/asio/read.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/write.hpp>
#include <memory>

namespace troupe::net::dns {

namespace asio = boost::asio;
using boost::system::error_code;

namespace {

/// One question on its way through the servers. Each gets a socket of its own, so a random source port.
class errand : public std::enable_shared_from_this<errand> {
public:
  errand(asio::io_context& context, const forwarder_config& config, message asked, bool stream, forwarder::handler done)
      : context_(context), config_(config), asked_(std::move(asked)), stream_(stream), done_(std::move(done)),
        timer_(context) {
    asked_.udp_size = std::uint16_t{1232};
    out_ = encode(asked_);
  }

  void next() {
    ++round_;
    udp_.reset();
    tcp_.reset();
    if (out_.empty() || at_ >= config_.upstreams.size()) return finish(std::nullopt);
    auto address = asio::ip::address_v4(config_.upstreams[at_++]);
    timer_.expires_after(config_.timeout);
    timer_.async_wait([self = shared_from_this(), round = round_](error_code e) {
      if (!e && round == self->round_) self->next();
    });
    stream_ ? by_stream({address, config_.port}) : by_datagram({address, config_.port});
  }

private:
  void finish(std::optional<message> answer) {
    ++round_;
    timer_.cancel();
    udp_.reset();
    tcp_.reset();
    if (auto done = std::exchange(done_, nullptr)) done(std::move(answer));
  }

  void by_datagram(const asio::ip::udp::endpoint& to) {
    udp_ = std::make_unique<asio::ip::udp::socket>(context_);
    error_code e;
    udp_->open(asio::ip::udp::v4(), e);
    if (!e) udp_->connect(to, e); // The kernel then drops what others send.
    if (!e) udp_->send(asio::buffer(out_), 0, e);
    if (!e) receive();
    // A failure waits for the timer: failing servers are not asked in a tight loop.
  }

  void receive() {
    udp_->async_receive(asio::buffer(in_), [self = shared_from_this(), round = round_](error_code e, std::size_t n) {
      if (round != self->round_) return;
      if (e) return self->next();
      if (!self->take({self->in_.data(), n})) self->receive();
    });
  }

  /// A completion handler that goes on only if this try is still the current one.
  template <class F> auto guarded(F go_on) {
    return [self = shared_from_this(), round = round_, go_on](error_code e, auto&&...) {
      if (round != self->round_) return;
      e ? self->next() : go_on();
    };
  }

  void by_stream(const asio::ip::tcp::endpoint& to) {
    tcp_ = std::make_unique<asio::ip::tcp::socket>(context_);
    framed_ = {static_cast<std::uint8_t>(out_.size() >> 8), static_cast<std::uint8_t>(out_.size() & 255)};
    framed_.insert(framed_.end(), out_.begin(), out_.end());
    tcp_->async_connect(to, guarded([this] {
                          asio::async_write(*tcp_, asio::buffer(framed_), guarded([this] {
                            asio::async_read(*tcp_, asio::buffer(length_), guarded([this] {
                              large_.resize(static_cast<std::size_t>(length_[0] << 8 | length_[1]));
                              asio::async_read(*tcp_, asio::buffer(large_), guarded([this] {
                                if (!take(large_)) next();
                              }));
                            }));
                          }));
                        }));
  }

  /// False if the bytes do not answer what was asked.
  bool take(std::span<const std::uint8_t> bytes) {
    auto answer = decode(bytes);
    if (!answer || !answer->response || answer->id != asked_.id || answer->questions.size() != 1) return false;
    auto &is = answer->questions[0], &was = asked_.questions[0];
    if (lower(is.name) != lower(was.name) || is.kind != was.kind || is.klass != was.klass) return false;
    if (answer->code == rcode::server_failure && at_ < config_.upstreams.size())
      next();
    else
      finish(std::move(answer));
    return true;
  }

  asio::io_context& context_;
  const forwarder_config& config_;
  message asked_;
  bool stream_;
  forwarder::handler done_;
  asio::steady_timer timer_;
  std::vector<std::uint8_t> out_, framed_, large_;
  std::array<std::uint8_t, 4096> in_;
  std::array<std::uint8_t, 2> length_;
  std::unique_ptr<asio::ip::udp::socket> udp_;
  std::unique_ptr<asio::ip::tcp::socket> tcp_;
  std::size_t at_ = 0;
  std::uint64_t round_ = 0;
};

} // namespace

forwarder::forwarder(asio::io_context& context, forwarder_config config, std::uint64_t seed)
    : context_(context), config_(std::move(config)), random_(seed), cache_(config_.cache_max) {}

void forwarder::ask(const question& q, bool stream, handler done) {
  if (auto known = cache_.find(q, std::chrono::steady_clock::now())) return done(std::move(known));
  if (in_flight_ >= config_.in_flight_max || config_.upstreams.empty()) return done(std::nullopt);
  message m;
  m.id = static_cast<std::uint16_t>(random_());
  m.recursion_desired = true;
  m.questions = {q};
  ++in_flight_;
  std::make_shared<errand>(context_, config_, std::move(m), stream,
                           [this, done = std::move(done)](std::optional<message> answer) {
                             --in_flight_;
                             if (answer) cache_.put(*answer, std::chrono::steady_clock::now());
                             done(std::move(answer));
                           })
      ->next();
}

} // namespace troupe::net::dns
