#include "actors/link/door.hpp"
#include <caf/send.hpp>
#include <cstring>
#include <filesystem>
#include <fmt/format.h>
#include <fstream>
#include <sstream>

namespace troupe::actors::link {

tl::expected<std::shared_ptr<door>, std::string> door::open(net::link::endpoint_config config) {
  auto out = std::make_shared<door>();
  auto e = net::link::endpoint::start(std::move(config), [d = out.get()](net::link::connection_ptr c) {
    if (auto m = d->minder())
      caf::anon_send(m, open_atom::value, net::link::channel_ptr(std::move(c)), std::uint64_t{0});
  });
  if (!e) return tl::make_unexpected(e.error());
  out->endpoint_ = std::move(*e);
  return out;
}

door::~door() { stop(); }

void door::stop() {
  if (endpoint_) endpoint_->stop();
  set({});
}

void door::set(links_actor minder) {
  std::lock_guard guard(mutex_);
  minder_ = std::move(minder);
}

links_actor door::minder() const {
  std::lock_guard guard(mutex_);
  return minder_;
}

void door::dial(const std::string& address, std::uint16_t port, std::uint64_t node) {
  endpoint_->dial(address, port, [this, node](tl::expected<net::link::connection_ptr, std::string> c) {
    auto m = minder();
    if (!m) return;
    if (c) caf::anon_send(m, open_atom::value, net::link::channel_ptr(std::move(*c)), node);
    else caf::anon_send(m, open_atom::value, c.error(), node);
  });
}

tl::expected<roster, std::string> load_roster(const std::string& file) {
  std::ifstream in(file);
  if (!in) return roster{};
  std::stringstream text;
  text << in.rdbuf();
  auto out = policies::cluster::decode_roster(text.str());
  if (!out) return tl::make_unexpected(fmt::format("{}: {}", file, out.error()));
  return out;
}

tl::expected<void, std::string> save_roster(const std::string& file, const roster& nodes) {
  auto fresh = file + ".new";
  std::ofstream out(fresh, std::ios::trunc);
  out << policies::cluster::encode(nodes) << "\n";
  out.close();
  std::error_code error;
  if (out) std::filesystem::rename(fresh, file, error);
  if (!out || error)
    return tl::make_unexpected(fmt::format("write {}: {}", file, error ? error.message() : std::strerror(errno)));
  return {};
}

} // namespace troupe::actors::link
