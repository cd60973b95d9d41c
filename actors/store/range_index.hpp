#pragma once
#include "actors/store/slab.hpp"
#include "storage/mvcc/types.hpp"
#include <boost/unordered/unordered_flat_set.hpp>
#include <memory>
#include <string_view>
#include <vector>

namespace troupe::actors::store {

namespace mvcc = storage::mvcc;

/// Finds the key ranges that hold a key, at the price of those found: single keys by their hash, all others in a
/// tree by their start that knows the furthest end below each node (an interval tree, balanced as a treap).
/// Equal ranges share one entry, to which the user hangs a list of what it keeps of them.
class range_index {
public:
  using number = std::uint32_t;
  static constexpr number none = ~number(0);

  range_index();
  range_index(const range_index&) = delete;
  range_index& operator=(const range_index&) = delete;

  /// The entry of the range, which is made if it is new.
  number add(const mvcc::key_range& keys);
  void remove(number at);
  [[nodiscard]] mvcc::key_range keys(number at) const;
  /// First of the user's list; `none` in a new entry.
  [[nodiscard]] number& head(number at) noexcept { return ranges_[at].head; }
  /// Appends the entries whose ranges hold `key`. The answer counts the entries that were looked at.
  std::size_t find(std::string_view key, std::vector<number>& out) const;
  [[nodiscard]] std::size_t size() const noexcept { return ranges_.size(); }

private:
  /// One allocation for both texts, because there may be a hundred thousand of them.
  struct range {
    std::unique_ptr<char[]> text; ///< key and range_end, one behind the other
    std::uint32_t key_size = 0, end_size = 0;
    number head = none;
    number node = none; ///< in the tree; none for a single key
    [[nodiscard]] std::string_view key() const noexcept { return {text.get(), key_size}; }
    [[nodiscard]] std::string_view end() const noexcept { return {text.get() + key_size, end_size}; }
  };
  struct hash {
    using is_transparent = void;
    const slab<range>* ranges;
    std::size_t operator()(std::string_view key) const noexcept { return std::hash<std::string_view>()(key); }
    std::size_t operator()(number at) const noexcept { return (*this)((*ranges)[at].key()); }
  };
  struct equal {
    using is_transparent = void;
    const slab<range>* ranges;
    bool operator()(number a, number b) const noexcept { return a == b; }
    bool operator()(std::string_view key, number at) const noexcept { return (*ranges)[at].key() == key; }
    bool operator()(number at, std::string_view key) const noexcept { return (*ranges)[at].key() == key; }
  };
  /// Ordered by start, then end; a parent's priority is not below its children's.
  struct node {
    number range = none, left = none, right = none;
    number furthest = none; ///< the range with the furthest end among this node and all below
    std::uint32_t priority = 0;
  };

  number make(const mvcc::key_range& keys);
  [[nodiscard]] bool before(number a, number b) const noexcept;
  [[nodiscard]] bool ends_before(number a, number b) const noexcept;
  [[nodiscard]] bool reaches(number at, std::string_view key) const noexcept;
  [[nodiscard]] number find_equal(const mvcc::key_range& keys) const noexcept;
  void update(number n) noexcept;
  /// Those before `at` and the others.
  std::pair<number, number> split(number tree, number at);
  number merge(number left, number right);
  number insert(number tree, number fresh);
  number erase(number tree, number gone);
  void search(number tree, std::string_view key, std::vector<number>& out, std::size_t& work) const;

  slab<range> ranges_;
  boost::unordered_flat_set<number, hash, equal> single_; ///< entries of one key each
  slab<node> nodes_;
  number root_ = none;
  std::uint32_t made_ = 0; ///< from which priorities are mixed: the same in every run
};

} // namespace troupe::actors::store
