#include "storage/engine/batch.hpp"

namespace troupe::storage::engine {

void batch::add(verb what, family where, std::string_view key, std::string_view value) {
  changes_.push_back({what, where, static_cast<std::uint32_t>(key.size()), static_cast<std::uint32_t>(value.size()),
                      bytes_.size()});
  bytes_.append(key).append(value);
}

batch::change batch::at(std::size_t i) const noexcept {
  auto& s = changes_[i];
  std::string_view all(bytes_);
  return {s.what, s.where, all.substr(s.offset, s.key_size), all.substr(s.offset + s.key_size, s.value_size)};
}

} // namespace troupe::storage::engine
