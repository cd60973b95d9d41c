#pragma once
#include "tools/bench/lane.hpp"
#include <cstdint>
#include <set>
#include <string>

struct nghttp2_session;

namespace troupe::tools::bench {

/// Bodies of this type are gRPC messages. A call that fails ends with the status 1000 + its gRPC code, and its message
/// as data.
inline constexpr std::string_view grpc_content = "application/grpc";
inline constexpr int grpc_status_base = 1000;

/// HTTP/2: many requests at a time on one connection.
class h2_lane final : public lane {
public:
  h2_lane(std::unique_ptr<link> over, poller& events, const endpoint& to);
  ~h2_lane() override;

  void submit(const wire_request& what, call& who) override;
  void settle() override;
  void ready(bool readable, bool writable) override;
  [[nodiscard]] bool accepts() const noexcept override { return !broken_ && !going_; }

private:
  /// A request on its way: its body must lie still until it is sent.
  struct stream {
    call* who = nullptr;
    std::string body;
    std::size_t sent = 0;
    int status = 0;
  };
  struct callbacks;
  void fail();
  void close(stream* s, bool complete);

  std::unique_ptr<link> link_;
  poller& events_;
  nghttp2_session* session_ = nullptr;
  std::string authority_, authorization_, scheme_;
  std::set<stream*> streams_;
  std::vector<std::unique_ptr<stream>> spare_;
  std::string output_;
  bool broken_ = false, wants_write_ = false, going_ = false;
};

} // namespace troupe::tools::bench
