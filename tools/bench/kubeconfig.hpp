#pragma once
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <tl/expected.hpp>

namespace troupe::tools::bench {

/// An API server, and as whom we talk to it.
struct endpoint {
  std::string host;
  std::uint16_t port = 0;
  bool tls = false;
  std::string path;        ///< before every API path, without a slash at its end; mostly empty
  std::string server_name; ///< to verify instead of `host`; may be empty
  bool verify = true;
  std::string ca_pem; ///< empty: the system's trust store
  std::string certificate_pem, key_pem;
  std::string token;

  [[nodiscard]] std::string authority() const;
  [[nodiscard]] std::string url() const;
};

/// Fills the address from an http or https URL; the error is a sentence.
[[nodiscard]] tl::expected<endpoint, std::string> parse_server(std::string_view url);

/// Reads a file that a kubeconfig names.
using file_reader = std::function<tl::expected<std::string, std::string>(const std::string& path)>;

/// The endpoint of a kubeconfig's `context` (empty: its current one). Relative file names count from `folder`. Users
/// that need a program or a provider (exec, auth-provider) are refused; the error is a sentence that names the part.
[[nodiscard]] tl::expected<endpoint, std::string> parse_kubeconfig(const std::string& text, const std::string& context,
                                                                   const std::string& folder, const file_reader& read);

} // namespace troupe::tools::bench
