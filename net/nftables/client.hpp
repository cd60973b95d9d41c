#pragma once
#include <memory>
#include <string>
#include <tl/expected.hpp>

struct nft_ctx;

namespace troupe::net::nftables {

/// A connection to the kernel's packet filter. Belongs to one thread, in whose network namespace it was made.
class client {
public:
  client();
  ~client();
  client(const client&) = delete;
  client& operator=(const client&) = delete;

  /// Runs commands as one transaction: all of them take effect, or none and the error says why. What they print.
  /// Blocks for about 1 ms per 50 elements.
  [[nodiscard]] tl::expected<std::string, std::string> run(const std::string& commands);
  /// The same, for a listing in which rules have the handles by which they can be deleted.
  [[nodiscard]] tl::expected<std::string, std::string> list_with_handles(const std::string& command);

private:
  struct close {
    void operator()(nft_ctx* c) const noexcept;
  };
  std::unique_ptr<nft_ctx, close> context_;
};

/// Whether this thread may program the packet filter: it has CAP_NET_ADMIN.
[[nodiscard]] bool permitted() noexcept;

} // namespace troupe::net::nftables
