#pragma once
#include "tools/store/serve_etcd.hpp"
#include <memory>
#include <string>
#include <tl/expected.hpp>

namespace troupe::tools::store {

/// A store of one member and its etcd front.
class etcd_process {
public:
  /// Answers when clients are served. The error is a sentence.
  [[nodiscard]] static tl::expected<std::unique_ptr<etcd_process>, std::string> start(const serve_settings& s);
  ~etcd_process();
  [[nodiscard]] std::uint16_t port() const noexcept;
  /// The store gave up.
  [[nodiscard]] bool failed() const noexcept;

private:
  struct impl;
  explicit etcd_process(std::unique_ptr<impl> i);
  std::unique_ptr<impl> impl_;
};

} // namespace troupe::tools::store
