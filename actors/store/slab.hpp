#pragma once
#include <cstdint>
#include <utility>
#include <vector>

namespace troupe::actors::store {

/// Values by small numbers, which are used again after `remove`.
template <class T> class slab {
public:
  using number = std::uint32_t;
  static constexpr number none = ~number(0);

  number add(T value) {
    if (free_.empty()) {
      items_.push_back(std::move(value));
      return static_cast<number>(items_.size() - 1);
    }
    auto at = free_.back();
    free_.pop_back();
    items_[at] = std::move(value);
    return at;
  }
  /// Memory goes back when the last value has gone.
  void remove(number at) {
    items_[at] = T{};
    free_.push_back(at);
    if (free_.size() < items_.size()) return;
    items_ = std::vector<T>();
    free_ = std::vector<number>();
  }
  [[nodiscard]] T& operator[](number at) noexcept { return items_[at]; }
  [[nodiscard]] const T& operator[](number at) const noexcept { return items_[at]; }
  [[nodiscard]] std::size_t size() const noexcept { return items_.size() - free_.size(); }
  /// Numbers are below; those that are not in use have the value `T{}`.
  [[nodiscard]] number end() const noexcept { return static_cast<number>(items_.size()); }

private:
  std::vector<T> items_;
  std::vector<number> free_;
};

} // namespace troupe::actors::store
