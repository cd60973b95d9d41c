#pragma once
#include <unistd.h>
#include <utility>

namespace troupe::net::process {

/// Owner of a file descriptor.
class fd {
public:
  fd() = default;
  explicit fd(int n) noexcept : n_(n) {}
  fd(fd&& o) noexcept : n_(std::exchange(o.n_, -1)) {}
  fd& operator=(fd&& o) noexcept {
    if (this != &o) reset(std::exchange(o.n_, -1));
    return *this;
  }
  ~fd() { reset(); }
  [[nodiscard]] int number() const noexcept { return n_; }
  explicit operator bool() const noexcept { return n_ >= 0; }
  [[nodiscard]] int release() noexcept { return std::exchange(n_, -1); }
  void reset(int n = -1) noexcept {
    if (n_ >= 0) ::close(n_);
    n_ = n;
  }

private:
  int n_ = -1;
};

} // namespace troupe::net::process
