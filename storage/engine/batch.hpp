#pragma once
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace troupe::storage::engine {

/// Index of a column family in `options::families`.
using family = std::uint8_t;

/// Changes that take effect together or not at all. Later changes win over earlier ones.
class batch {
public:
  enum class verb : std::uint8_t { put, remove, remove_range };
  struct change {
    verb what;
    family where;
    std::string_view key;
    std::string_view value; ///< of `remove_range` the end, exclusive
  };

  void put(family where, std::string_view key, std::string_view value) { add(verb::put, where, key, value); }
  void remove(family where, std::string_view key) { add(verb::remove, where, key, {}); }
  /// [begin, end). Dear for later scans over the gap: for a few large ranges only.
  void remove_range(family where, std::string_view begin, std::string_view end) {
    add(verb::remove_range, where, begin, end);
  }

  void clear() noexcept {
    changes_.clear();
    bytes_.clear();
  }
  [[nodiscard]] bool empty() const noexcept { return changes_.empty(); }
  [[nodiscard]] std::size_t size() const noexcept { return changes_.size(); }
  /// Keys and values together.
  [[nodiscard]] std::size_t bytes() const noexcept { return bytes_.size(); }
  /// The views hold until the batch is changed.
  [[nodiscard]] change at(std::size_t i) const noexcept;

private:
  struct slot {
    verb what;
    family where;
    std::uint32_t key_size, value_size;
    std::size_t offset;
  };
  void add(verb what, family where, std::string_view key, std::string_view value);

  std::vector<slot> changes_;
  std::string bytes_;
};

} // namespace troupe::storage::engine
