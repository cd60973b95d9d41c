#pragma once
#include <boost/asio/io_context.hpp>
#include <boost/asio/executor_work_guard.hpp>
#include <functional>
#include <memory>
#include <thread>

namespace troupe::actors::runtime {

/// The one foreign thread on which the runtime waits for descriptors: processes, terminals, sockets, files that change.
/// Everything on it runs without locks, because nothing else touches what it owns.
class io_thread {
public:
  io_thread();
  /// Stops: pending operations are cancelled, their handlers destroyed.
  ~io_thread();
  io_thread(const io_thread&) = delete;
  io_thread& operator=(const io_thread&) = delete;

  [[nodiscard]] boost::asio::io_context& context() noexcept { return *context_; }
  void post(std::function<void()> work);

private:
  /// Shared with the thread, which may be the last to let go of this object.
  std::shared_ptr<boost::asio::io_context> context_ = std::make_shared<boost::asio::io_context>(1);
  boost::asio::executor_work_guard<boost::asio::io_context::executor_type> guard_;
  std::thread thread_;
};

} // namespace troupe::actors::runtime
