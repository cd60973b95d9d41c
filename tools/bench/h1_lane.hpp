#pragma once
#include "tools/bench/lane.hpp"

namespace troupe::tools::bench {

/// HTTP/1.1: one request at a time on a kept connection.
class h1_lane final : public lane {
public:
  h1_lane(std::unique_ptr<link> over, poller& events);
  ~h1_lane() override;

  void submit(const wire_request& what, call& who) override;
  void settle() override {}
  void ready(bool readable, bool writable) override;
  [[nodiscard]] bool accepts() const noexcept override { return !broken_; }

private:
  void read();
  void take(std::string_view bytes);
  void fail();
  void watch_writable();

  std::unique_ptr<link> link_;
  poller& events_;
  response_scan scan_;
  call* current_ = nullptr;
  bool broken_ = false, wants_write_ = false;
};

} // namespace troupe::tools::bench
