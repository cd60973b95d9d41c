#include "tools/bench/h1_lane.hpp"
#include <array>
#include <utility>

namespace troupe::tools::bench {

namespace tls = net::tls;

namespace {
/// Of the thread: the lanes of a poller read one after another.
std::span<char> scratch() {
  thread_local std::array<char, 64 << 10> buffer;
  return buffer;
}
} // namespace

h1_lane::h1_lane(std::unique_ptr<link> over, poller& events) : link_(std::move(over)), events_(events) {
  events_.add(link_->descriptor(), this);
}

h1_lane::~h1_lane() { events_.remove(link_->descriptor()); }

void h1_lane::submit(const wire_request& what, call& who) {
  current_ = &who;
  if (!link_->send(what.h1))
    fail();
  else
    watch_writable();
}

void h1_lane::watch_writable() {
  if (link_->has_pending() == wants_write_) return;
  wants_write_ = !wants_write_;
  events_.want_write(link_->descriptor(), this, wants_write_);
}

void h1_lane::ready(bool readable, bool writable) {
  if (broken_) return;
  if (writable) {
    if (!link_->flush()) return fail();
    watch_writable();
  }
  if (readable) read();
}

void h1_lane::read() {
  do {
    const auto buffer = scratch();
    const auto got = link_->receive(buffer);
    if (got.state == tls::progress::want_read || got.state == tls::progress::want_write) return;
    if (got.state != tls::progress::done) {
      if (got.state == tls::progress::end && current_ != nullptr && scan_.complete_at_end()) {
        broken_ = true;
        return std::exchange(current_, nullptr)->ended(true);
      }
      return fail();
    }
    take({buffer.data(), got.bytes});
    // The socket is level-triggered: what the kernel holds signals again, what TLS holds does not.
  } while (!broken_ && link_->has_buffered());
}

void h1_lane::take(std::string_view bytes) {
  while (!bytes.empty() && !broken_) {
    if (current_ == nullptr) return fail(); // Bytes that nobody asked for.
    const auto state = scan_.feed(bytes, *current_);
    if (state == response_scan::state::bad) return fail();
    if (state == response_scan::state::more) return;
    if (!scan_.keep_alive()) broken_ = true;
    std::exchange(current_, nullptr)->ended(true);
  }
}

void h1_lane::fail() {
  broken_ = true;
  if (current_ != nullptr) std::exchange(current_, nullptr)->ended(false);
}

} // namespace troupe::tools::bench
