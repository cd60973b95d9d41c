#include "tools/store/pem.hpp"
#include <cstring>
#include <fmt/format.h>
#include <fstream>
#include <initializer_list>
#include <sstream>

namespace troupe::tools::store {

namespace {

struct wanted {
  const std::string& path;
  std::string& to;
};

/// Reads the files that have a name.
tl::expected<void, std::string> read_files(std::initializer_list<wanted> files) {
  for (auto& f : files) {
    if (f.path.empty()) continue;
    std::ifstream in(f.path);
    std::stringstream text;
    if (!in || !(text << in.rdbuf()))
      return tl::make_unexpected(fmt::format("read {}: {}", f.path, std::strerror(errno)));
    f.to = text.str();
  }
  return {};
}

} // namespace

tl::expected<std::optional<net::etcd::server_tls>, std::string>
read_server_tls(const std::string& certificate, const std::string& key, const std::string& client_ca) {
  if (certificate.empty() && key.empty() && client_ca.empty()) return std::nullopt;
  if (certificate.empty() || key.empty()) return tl::make_unexpected("TLS takes both --cert and --key");
  net::etcd::server_tls out;
  auto ok = read_files({{certificate, out.certificate}, {key, out.key}, {client_ca, out.client_ca}});
  if (!ok) return tl::unexpected(ok.error());
  return out;
}

tl::expected<net::etcd::client_tls, std::string>
read_client_tls(const std::string& ca, const std::string& certificate, const std::string& key) {
  if (certificate.empty() != key.empty()) return tl::make_unexpected("--cert and --key belong together");
  net::etcd::client_tls out;
  auto ok = read_files({{ca, out.ca}, {certificate, out.certificate}, {key, out.key}});
  if (!ok) return tl::unexpected(ok.error());
  return out;
}

} // namespace troupe::tools::store
