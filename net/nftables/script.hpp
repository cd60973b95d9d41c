#pragma once
#include "net/nftables/ruleset.hpp"
#include <set>

namespace troupe::net::nftables {

/// Turns changes into transactions. Knows which chains the table has, so it belongs to one table from its making on.
class script_writer {
public:
  explicit script_writer(table_config config) : config_(std::move(config)) {}

  /// One transaction: elements that go, chains that are missing, elements that come. Elements that stay are not
  /// touched. Empty if there is nothing to do.
  [[nodiscard]] std::string apply(const change& c);
  /// Transactions that make the table anew with this content, each with at most `elements_max` elements: the memory of
  /// the kernel's and the library's side grows with the size of one.
  [[nodiscard]] std::vector<std::string> replace(const change& all, std::size_t elements_max = 2000);

private:
  table_config config_;
  std::set<std::string> chains_;
};

} // namespace troupe::net::nftables
