#include "net/nftables/client.hpp"
#include <cerrno>
#include <cstring>
#include <linux/capability.h>
#include <nftables/libnftables.h>
#include <sys/syscall.h>
#include <unistd.h>

namespace troupe::net::nftables {

void client::close::operator()(nft_ctx* c) const noexcept { nft_ctx_free(c); }

client::client() : context_(nft_ctx_new(NFT_CTX_DEFAULT)) {
  if (!context_) return;
  nft_ctx_buffer_output(context_.get());
  nft_ctx_buffer_error(context_.get());
}

client::~client() = default;

tl::expected<std::string, std::string> client::run(const std::string& commands) {
  if (!context_) return tl::unexpected(std::string("no context of libnftables"));
  auto failed = nft_run_cmd_from_buffer(context_.get(), commands.c_str()) != 0;
  std::string output = nft_ctx_get_output_buffer(context_.get());
  std::string error = nft_ctx_get_error_buffer(context_.get());
  if (!failed) return output;
  return tl::unexpected(error.empty() ? std::string(std::strerror(errno)) : error);
}

tl::expected<std::string, std::string> client::list_with_handles(const std::string& command) {
  if (!context_) return tl::unexpected(std::string("no context of libnftables"));
  auto flags = nft_ctx_output_get_flags(context_.get());
  nft_ctx_output_set_flags(context_.get(), flags | NFT_CTX_OUTPUT_HANDLE);
  auto out = run(command);
  nft_ctx_output_set_flags(context_.get(), flags);
  return out;
}

bool permitted() noexcept {
  __user_cap_header_struct header{_LINUX_CAPABILITY_VERSION_3, 0};
  __user_cap_data_struct data[_LINUX_CAPABILITY_U32S_3]{};
  if (::syscall(SYS_capget, &header, data) != 0) return false;
  return data[CAP_TO_INDEX(CAP_NET_ADMIN)].effective & CAP_TO_MASK(CAP_NET_ADMIN);
}

} // namespace troupe::net::nftables
