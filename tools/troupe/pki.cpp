#include "tools/troupe/pki.hpp"
#include "net/certificates/base64.hpp"
#include "net/certificates/files.hpp"
#include "policies/cluster/identity.hpp"
#include <algorithm>
#include <filesystem>
#include <fmt/format.h>

namespace troupe::tools {

namespace {

namespace certificates = net::certificates;
namespace fs = std::filesystem;
using actors::cluster::cluster_config;
using std::chrono::hours;

constexpr auto authority_life = hours(24 * 365 * 10), leaf_life = hours(24 * 365);
constexpr auto renew_before = hours(24 * 30);

template <class T> tl::expected<T, std::string> readable(certificates::result<T> r, std::string_view what) {
  if (r) return std::move(*r);
  return tl::make_unexpected(fmt::format("{}: {}", what, r.error().message));
}

std::vector<std::string> server_names(const cluster_config& c) {
  return {
      "localhost", "kubernetes", "kubernetes.default", "kubernetes.default.svc", "kubernetes.default.svc." + c.domain,
      c.node_name};
}

std::vector<std::string> server_addresses(const cluster_config& c) {
  auto base = c.service_cidr.substr(0, c.service_cidr.find('/'));
  std::vector<std::string> out{"127.0.0.1", base.substr(0, base.rfind('.') + 1) + "1", c.node_ip};
  if (c.api_address != "0.0.0.0" && c.api_address != "::") out.push_back(c.api_address);
  std::sort(out.begin(), out.end());
  out.erase(std::unique(out.begin(), out.end()), out.end());
  return out;
}

/// A certificate of ours that is there, ours, not about to end and good for these names is kept.
bool still_good(const certificates::credential& c, const std::string& authority_pem,
                const certificates::certificate_request& wanted, certificates::time_point now) {
  auto facts = certificates::inspect(c.certificate_pem);
  if (!facts || facts->not_after < now + renew_before) return false;
  if (!certificates::verify(c.certificate_pem, authority_pem,
                            wanted.server ? certificates::purpose::server : certificates::purpose::client, now))
    return false;
  auto has_all = [](const auto& have, const auto& want) {
    return std::all_of(want.begin(), want.end(),
                       [&](auto& w) { return std::find(have.begin(), have.end(), w) != have.end(); });
  };
  return has_all(facts->dns_names, wanted.dns_names) && has_all(facts->ip_addresses, wanted.ip_addresses);
}

tl::expected<certificates::credential, std::string> leaf(const fs::path& folder, const std::string& stem,
                                                         const certificates::credential& authority,
                                                         const certificates::certificate_request& wanted,
                                                         certificates::time_point now) {
  if (fs::exists(folder / (stem + ".key")))
    if (auto there = certificates::load_credential(folder, stem);
        there && still_good(*there, authority.certificate_pem, wanted, now))
      return std::move(*there);
  auto made = certificates::issue(authority, wanted, {now, leaf_life}, certificates::system_random());
  if (!made) return tl::make_unexpected(made.error().message);
  if (auto ok = certificates::save(*made, folder, stem); !ok) return tl::make_unexpected(ok.error().message);
  return std::move(*made);
}

tl::expected<certificates::credential, std::string> authority_in(const fs::path& folder, bool founder,
                                                                 certificates::time_point now) {
  if (fs::exists(folder / "ca.key") || !founder)
    return readable(certificates::load_credential(folder, "ca"), "read the cluster's CA");
  auto made = certificates::make_authority("troupe-ca", {now, authority_life}, certificates::system_random());
  if (!made) return tl::make_unexpected(made.error().message);
  if (auto ok = certificates::save(*made, folder, "ca"); !ok) return tl::make_unexpected(ok.error().message);
  return std::move(*made);
}

/// What the node shows to others. Those who joined have it from the cluster.
tl::expected<certificates::credential, std::string>
node_pair(const fs::path& folder, const cluster_config& config, const certificates::credential& authority,
          certificates::time_point now) {
  auto subject = policies::cluster::subject_of({config.node_id, config.node_name, config.control_plane});
  return leaf(folder, "node", authority,
              {subject.common_name, subject.organizations, subject.dns_names, {}, true, true}, now);
}

tl::expected<pki, std::string> worker_pki(const fs::path& folder) {
  pki out;
  auto authority = readable(certificates::load(folder / "ca.crt"), "read the cluster's CA");
  if (!authority) return tl::make_unexpected(authority.error());
  out.authority_pem = std::move(*authority);
  auto node = readable(certificates::load_credential(folder, "node"), "read the node's certificate");
  if (!node) return tl::make_unexpected(node.error());
  out.node = std::move(*node);
  return out;
}

tl::expected<certificates::key, std::string> signing_key(const fs::path& file, bool founder) {
  if (fs::exists(file) || !founder) {
    auto text = certificates::load(file);
    if (!text) return tl::make_unexpected(text.error().message);
    return readable(certificates::key::from_pem(*text), "read " + file.string());
  }
  auto made = certificates::key::make_ec();
  if (!made) return tl::make_unexpected(made.error().message);
  if (auto ok = certificates::save_private(file, made->private_pem()); !ok)
    return tl::make_unexpected(ok.error().message);
  return std::move(*made);
}

} // namespace

tl::expected<pki, std::string> open_pki(const cluster_config& config) {
  fs::path folder = fs::path(config.data_dir) / "pki";
  std::error_code error;
  fs::create_directories(folder, error);
  if (error) return tl::make_unexpected(fmt::format("make {}: {}", folder.string(), error.message()));
  if (!config.control_plane) return worker_pki(folder);
  auto now = std::chrono::system_clock::now();
  bool founder = config.node_id == 1;
  auto authority = authority_in(folder, founder, now);
  if (!authority) return tl::make_unexpected(authority.error());
  certificates::certificate_request server{"kube-apiserver",         {},   server_names(config),
                                           server_addresses(config), true, false};
  certificates::certificate_request admin{"kubernetes-admin", {"system:masters"}, {}, {}, false, true};
  auto server_pair = leaf(folder, "apiserver", *authority, server, now);
  if (!server_pair) return tl::make_unexpected(server_pair.error());
  auto admin_pair = leaf(folder, "admin", *authority, admin, now);
  if (!admin_pair) return tl::make_unexpected(admin_pair.error());
  auto node = node_pair(folder, config, *authority, now);
  if (!node) return tl::make_unexpected(node.error());
  auto signer = signing_key(folder / "sa.key", founder);
  if (!signer) return tl::make_unexpected(signer.error());
  auto authority_pem = authority->certificate_pem;
  return pki{std::move(authority_pem), std::move(*node),       std::move(*authority), std::move(*server_pair),
             std::move(*admin_pair),   std::move(*signer)};
}

tl::expected<void, std::string> write_kubeconfig(const std::string& file, const std::string& server_url,
                                                 const std::string& cluster_name, const pki& keys) {
  auto text = fmt::format(
      "apiVersion: v1\nkind: Config\nclusters:\n- name: {0}\n  cluster:\n    certificate-authority-data: {1}\n    "
      "server: {2}\n"
      "contexts:\n- name: {0}\n  context:\n    cluster: {0}\n    user: {0}-admin\ncurrent-context: {0}\nusers:\n"
      "- name: {0}-admin\n  user:\n    client-certificate-data: {3}\n    client-key-data: {4}\n",
      cluster_name, certificates::base64(keys.authority.certificate_pem), server_url,
      certificates::base64(keys.admin.certificate_pem), certificates::base64(keys.admin.key.private_pem()));
  std::error_code error;
  if (auto parent = fs::path(file).parent_path(); !parent.empty()) fs::create_directories(parent, error);
  if (auto ok = certificates::save_private(file, text); !ok) return tl::make_unexpected(ok.error().message);
  return {};
}

} // namespace troupe::tools
