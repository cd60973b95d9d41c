#include "storage/engine/memory_engine.hpp"

namespace troupe::storage::engine {

namespace {

using tables_ptr = std::shared_ptr<const memory_engine::tables>;

class memory_cursor final : public cursor {
public:
  memory_cursor(tables_ptr all, family where, scan_options o)
      : all_(std::move(all)), table_((*all_)[where]), options_(std::move(o)), at_(table_.end()) {}

  void seek(std::string_view key) override {
    at_ = table_.lower_bound(key < options_.lower ? std::string_view(options_.lower) : key);
  }
  void seek_last() override {
    at_ = options_.upper.empty() ? table_.end() : table_.lower_bound(options_.upper);
    at_ = at_ == table_.begin() ? table_.end() : std::prev(at_);
    if (at_ != table_.end() && at_->first < options_.lower) at_ = table_.end();
  }
  void next() override { ++at_; }
  bool valid() const override {
    return at_ != table_.end() && (options_.upper.empty() || at_->first < options_.upper);
  }
  std::string_view key() const override { return at_->first; }
  std::string_view value() const override { return at_->second; }
  result<void> status() const override { return {}; }

private:
  tables_ptr all_;
  const memory_engine::table& table_;
  scan_options options_;
  memory_engine::table::const_iterator at_;
};

class memory_view final : public view {
public:
  explicit memory_view(tables_ptr all) : all_(std::move(all)) {}
  std::unique_ptr<cursor> scan(family where, const scan_options& options) const override {
    return std::make_unique<memory_cursor>(all_, where, options);
  }

private:
  tables_ptr all_;
};

} // namespace

memory_engine::memory_engine(std::size_t families) : tables_(std::make_shared<tables>(families)) {}

result<std::optional<std::string>> memory_engine::find(family where, std::string_view key) const {
  auto& t = (*tables_)[where];
  auto it = t.find(key);
  if (it == t.end()) return std::nullopt;
  return it->second;
}

std::unique_ptr<cursor> memory_engine::scan(family where, const scan_options& options) const {
  return std::make_unique<memory_cursor>(tables_, where, options);
}

std::shared_ptr<const view> memory_engine::snapshot() const { return std::make_shared<memory_view>(tables_); }

result<void> memory_engine::write(const batch& changes, durability) {
  if (tables_.use_count() > 1) tables_ = std::make_shared<tables>(*tables_);
  for (std::size_t i = 0; i < changes.size(); ++i) {
    auto c = changes.at(i);
    auto& t = (*tables_)[c.where];
    ++sequence_;
    auto erase = [&](table::iterator it) {
      bytes_ -= it->first.size() + it->second.size();
      return t.erase(it);
    };
    if (c.what == batch::verb::remove_range) {
      for (auto it = t.lower_bound(c.key), end = t.lower_bound(c.value); it != end;) it = erase(it);
      continue;
    }
    if (auto it = t.find(c.key); it != t.end()) erase(it);
    if (c.what == batch::verb::put) {
      t.emplace(c.key, c.value);
      bytes_ += c.key.size() + c.value.size();
    }
  }
  return {};
}

result<void> memory_engine::flush(bool) { return {}; }

} // namespace troupe::storage::engine
