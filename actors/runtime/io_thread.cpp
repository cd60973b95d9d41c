#include "actors/runtime/io_thread.hpp"
#include <boost/asio/post.hpp>
#include <pthread.h>
#include <spdlog/spdlog.h>

namespace troupe::actors::runtime {

io_thread::io_thread() : guard_(boost::asio::make_work_guard(*context_)) {
  thread_ = std::thread([context = context_] {
    ::pthread_setname_np(::pthread_self(), "runtime-io");
    while (true) {
      try {
        context->run();
        return;
      } catch (const std::exception& e) {
        spdlog::error("runtime: io_handler_threw what=\"{}\"", e.what());
      }
    }
  });
}

io_thread::~io_thread() {
  context_->stop();
  // The last owner may be a handler on the thread itself.
  if (thread_.get_id() == std::this_thread::get_id())
    thread_.detach();
  else
    thread_.join();
}

void io_thread::post(std::function<void()> work) { boost::asio::post(*context_, std::move(work)); }

} // namespace troupe::actors::runtime
