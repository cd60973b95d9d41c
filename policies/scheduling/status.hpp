#pragma once
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

namespace troupe::policies::scheduling {

/// What a plugin says of a pod, or of a pod and a node (kube-scheduler framework, status codes).
enum class code : std::uint8_t {
  success,
  error,                          ///< a bug or bad input
  unschedulable,                  ///< does not fit now; evicting other pods may help
  unschedulable_and_unresolvable, ///< does not fit, whatever is evicted
  wait,                           ///< not decided yet
  skip,                           ///< the plugin has nothing to say about this pod
};

/// A code with its reasons in the words that users read. Success costs no allocation.
class [[nodiscard]] status {
public:
  status() = default;
  explicit status(code c) noexcept : code_(c) {}
  status(code c, std::string reason) : code_(c) { reasons_.push_back(std::move(reason)); }
  status(code c, std::vector<std::string> reasons) : code_(c), reasons_(std::move(reasons)) {}

  [[nodiscard]] code what() const noexcept { return code_; }
  [[nodiscard]] bool ok() const noexcept { return code_ == code::success; }
  [[nodiscard]] bool skipped() const noexcept { return code_ == code::skip; }
  [[nodiscard]] bool rejected() const noexcept {
    return code_ == code::unschedulable || code_ == code::unschedulable_and_unresolvable;
  }
  [[nodiscard]] const std::vector<std::string>& reasons() const noexcept { return reasons_; }

private:
  code code_ = code::success;
  std::vector<std::string> reasons_;
};

} // namespace troupe::policies::scheduling
