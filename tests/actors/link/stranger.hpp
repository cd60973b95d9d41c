#pragma once
#include "tests/actors/link/host.hpp"
#include <future>
#include <sys/socket.h>
#include <unistd.h>

namespace troupe::actors::link {

/// A program with a node's certificate that writes its frames itself.
class stranger {
public:
  stranger(const node_identity& who, std::uint16_t port) {
    net::link::endpoint_config e;
    e.address = "127.0.0.1";
    e.own = credential_of(who);
    e.hello_limit = e.silence = 1h; // It is the other side that puts an end to it.
    door_ = *net::link::endpoint::start(e, [](const net::link::connection_ptr&) {});
    auto met = std::make_shared<std::promise<net::link::connection_ptr>>();
    auto answer = met->get_future();
    door_->dial("127.0.0.1", port, [met](auto c) { met->set_value(c ? *c : nullptr); });
    link_ = answer.get();
    auto all = [](const net::link::frame&) { return net::link::verdict::pass; };
    if (link_) fd_ = link_->attach(all, [] {}).value_or(-1);
  }
  ~stranger() {
    if (link_) link_->close();
    door_->stop();
    link_.reset();
    if (fd_ >= 0) ::close(fd_);
  }
  stranger(const stranger&) = delete;
  stranger& operator=(const stranger&) = delete;

  void say(std::string_view said) const {
    EXPECT_EQ(::send(fd_, said.data(), said.size(), MSG_NOSIGNAL), static_cast<ssize_t>(said.size()));
  }
  /// The next bytes of the other side, at most 4 KiB; empty if it hangs up or says nothing for ten seconds.
  [[nodiscard]] std::string hears() {
    std::string out(4096, '\0');
    pollfd one{fd_, POLLIN, 0};
    auto n = ::poll(&one, 1, 10'000) > 0 ? ::recv(fd_, out.data(), out.size(), 0) : 0;
    out.resize(n > 0 ? static_cast<std::size_t>(n) : 0);
    return out;
  }
  /// The other side has hung up, after whatever it still said and though this one gives signs of life.
  [[nodiscard]] bool put_out() const {
    const std::string heartbeat = std::string(1, 6) + std::string(31, '\0');
    return eventually([&] {
      ::send(fd_, heartbeat.data(), heartbeat.size(), MSG_NOSIGNAL | MSG_DONTWAIT);
      return ended();
    });
  }
  /// The other side has hung up by now.
  [[nodiscard]] bool ended() const {
    char part[4096];
    for (ssize_t n = 1; n > 0;)
      if ((n = ::recv(fd_, part, sizeof part, MSG_DONTWAIT)) == 0) return true;
    return errno != EAGAIN;
  }

private:
  std::unique_ptr<net::link::endpoint> door_;
  net::link::connection_ptr link_;
  int fd_ = -1;
};

/// A frame of CAF's protocol.
inline std::string frame_of(unsigned char operation, const std::string& payload, std::uint64_t from = 0,
                            std::uint64_t to = 0) {
  std::string out{static_cast<char>(operation), 0, 0, 0};
  auto put = [&](std::uint64_t v, int n) {
    while (n-- > 0) out += static_cast<char>(v >> (8 * n));
  };
  put(payload.size(), 4);
  put(0, 8);
  put(from, 8);
  put(to, 8);
  return out + payload;
}

} // namespace troupe::actors::link
