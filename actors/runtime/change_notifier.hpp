#pragma once
#include <boost/asio/posix/stream_descriptor.hpp>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <string>

namespace troupe::actors::runtime {

/// Tells when something in a directory changes. One inotify instance for all who ask: the kernel allows a user only
/// 128. Lives on the io thread.
class change_notifier : public std::enable_shared_from_this<change_notifier> {
public:
  explicit change_notifier(boost::asio::io_context& io) : file_(io) {}

  /// Calls `changed` after each burst of changes in the directory, until `unsubscribe`. 0: it cannot be watched.
  std::uint64_t subscribe(const std::string& directory, std::function<void()> changed);
  void unsubscribe(std::uint64_t ticket);

private:
  struct subscriber {
    int watch = -1;
    std::function<void()> changed;
  };
  void wait();
  void read(std::size_t size);

  boost::asio::posix::stream_descriptor file_;
  std::map<std::uint64_t, subscriber> subscribers_;
  std::map<int, int> users_; ///< of a watch
  std::uint64_t tickets_ = 0;
  char buffer_[16 * 1024];
};

} // namespace troupe::actors::runtime
