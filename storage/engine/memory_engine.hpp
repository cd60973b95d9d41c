#pragma once
#include "storage/engine/engine.hpp"
#include <map>

namespace troupe::storage::engine {

/// Sorted maps. A snapshot shares them until the next write, which then works on a copy.
class memory_engine final : public engine {
public:
  explicit memory_engine(std::size_t families);
  result<std::optional<std::string>> find(family where, std::string_view key) const override;
  std::unique_ptr<cursor> scan(family where, const scan_options& options) const override;
  std::shared_ptr<const view> snapshot() const override;
  result<void> write(const batch& changes, durability wanted) override;
  result<void> flush(bool wait) override;
  std::uint64_t sequence() const override { return sequence_; }
  std::uint64_t flushed_sequence() const override { return sequence_; }
  std::uint64_t size_bytes() const override { return bytes_; }
  result<void> verify() const override { return {}; }

  using table = std::map<std::string, std::string, std::less<>>;
  using tables = std::vector<table>;

private:
  std::shared_ptr<tables> tables_;
  std::uint64_t sequence_ = 0;
  std::uint64_t bytes_ = 0; ///< written in total, less what was overwritten or removed
};

} // namespace troupe::storage::engine
