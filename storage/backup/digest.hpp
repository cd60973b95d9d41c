#pragma once
#include <memory>
#include <string>
#include <string_view>

namespace troupe::storage::backup {

/// SHA-256 of bytes that come in pieces.
class digest {
public:
  static constexpr std::size_t bytes = 32;
  digest();
  ~digest();
  digest(const digest&) = delete;
  digest& operator=(const digest&) = delete;
  void add(std::string_view piece);
  /// `bytes` long. Ends it: nothing may be added afterwards.
  [[nodiscard]] std::string finish();

private:
  struct context;
  std::unique_ptr<context> context_;
};

[[nodiscard]] std::string hex(std::string_view bytes);

} // namespace troupe::storage::backup
