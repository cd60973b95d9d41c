#pragma once
#include "net/http/byte_stream.hpp"
#include <array>

namespace troupe::net::streams {

/// Two connected streams without sockets and threads: what one end writes waits until `settle` hands it to the other.
class pipe {
public:
  class end final : public http::byte_stream {
  public:
    void start(std::function<void(std::string_view)> data, std::function<void()> close) override {
      on_data_ = std::move(data);
      on_close_ = std::move(close);
      started_ = true;
    }
    std::optional<std::size_t> write(std::string bytes) override {
      if (over_ || closing_) return std::nullopt;
      out_ += bytes;
      return out_.size();
    }
    void on_drained(std::function<void()> callback) override { drained_ = std::move(callback); }
    void pause() override { paused = true; }
    void resume() override { paused = false; }
    void expire_after(std::chrono::milliseconds time) override { limit = time; }
    void close() override { closing_ = true; }
    void abort() override {
      out_.clear();
      closing_ = true;
    }
    [[nodiscard]] bool closed() const noexcept override { return over_ || closing_; }
    [[nodiscard]] std::size_t pending() const noexcept override { return out_.size(); }

    bool paused = false;
    std::chrono::milliseconds limit{0};

  private:
    friend pipe;
    std::function<void(std::string_view)> on_data_;
    std::function<void()> on_close_, drained_;
    std::string out_;
    bool started_ = false, closing_ = false, over_ = false;
  };

  std::shared_ptr<end> here = std::make_shared<end>(), there = std::make_shared<end>();

  ~pipe() {
    for (auto& e : {here, there}) e->abort();
    settle();
  }
  /// Until nothing moves any more.
  void settle() {
    while (move(*here, *there) || move(*there, *here)) {}
  }

private:
  bool move(end& from, end& to) {
    if (!from.out_.empty() && to.started_ && !to.paused && !to.over_) {
      const auto bytes = std::exchange(from.out_, {});
      to.on_data_(bytes);
      if (from.out_.empty() && from.drained_) from.drained_();
      return true;
    }
    if (!from.closing_ || (!from.out_.empty() && !to.over_)) return false;
    bool moved = false;
    for (auto* e : {&from, &to}) {
      if (std::exchange(e->over_, true)) continue;
      moved = true;
      const auto last = std::exchange(e->on_close_, nullptr);
      e->on_data_ = nullptr;
      e->drained_ = nullptr;
      if (last) last();
    }
    return moved;
  }
};

} // namespace troupe::net::streams
