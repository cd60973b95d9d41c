#include "actors/runtime/change_notifier.hpp"
#include <boost/asio/buffer.hpp>
#include <boost/asio/io_context.hpp>
#include <cstring>
#include <set>
#include <sys/inotify.h>

namespace troupe::actors::runtime {

std::uint64_t change_notifier::subscribe(const std::string& directory, std::function<void()> changed) {
  if (!file_.is_open()) {
    int n = ::inotify_init1(IN_NONBLOCK | IN_CLOEXEC);
    if (n < 0) return 0;
    file_.assign(n);
    wait();
  }
  // The kernel gives the same watch for the same directory.
  int watch = ::inotify_add_watch(file_.native_handle(), directory.c_str(),
                                  IN_MODIFY | IN_CREATE | IN_MOVED_TO | IN_DELETE | IN_DELETE_SELF | IN_ONLYDIR);
  if (watch < 0) return 0;
  ++users_[watch];
  subscribers_[++tickets_] = {watch, std::move(changed)};
  return tickets_;
}

void change_notifier::unsubscribe(std::uint64_t ticket) {
  auto found = subscribers_.find(ticket);
  if (found == subscribers_.end()) return;
  auto watch = found->second.watch;
  subscribers_.erase(found);
  if (--users_[watch] > 0) return;
  users_.erase(watch);
  ::inotify_rm_watch(file_.native_handle(), watch);
}

void change_notifier::wait() {
  file_.async_read_some(boost::asio::buffer(buffer_), [weak = weak_from_this()](auto ec, std::size_t size) {
    auto me = weak.lock();
    if (ec || !me) return;
    me->read(size);
    me->wait();
  });
}

void change_notifier::read(std::size_t size) {
  std::set<int> touched;
  bool all = false;
  for (std::size_t at = 0; at + sizeof(inotify_event) <= size;) {
    inotify_event event;
    std::memcpy(&event, buffer_ + at, sizeof event);
    all = all || (event.mask & IN_Q_OVERFLOW);
    touched.insert(event.wd);
    at += sizeof event + event.len;
  }
  // A subscriber may come or go while it is told.
  std::vector<std::uint64_t> tickets;
  for (auto& [ticket, s] : subscribers_)
    if (all || touched.contains(s.watch)) tickets.push_back(ticket);
  for (auto ticket : tickets)
    if (auto found = subscribers_.find(ticket); found != subscribers_.end()) {
      auto changed = found->second.changed;
      changed();
    }
}

} // namespace troupe::actors::runtime
