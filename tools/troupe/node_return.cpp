#include "net/certificates/files.hpp"
#include "policies/api/time.hpp"
#include "policies/cluster/identity.hpp"
#include "policies/joining/messages.hpp"
#include "tools/troupe/cluster_client.hpp"
#include "tools/troupe/node_join.hpp"
#include "tools/troupe/version.hpp"
#include <filesystem>
#include <fmt/format.h>

namespace troupe::tools {

namespace {

namespace certificates = net::certificates;
namespace fs = std::filesystem;
namespace joining = policies::joining;
using actors::cluster::cluster_config;
using clock = std::chrono::steady_clock;

constexpr auto ask_limit = std::chrono::milliseconds(1500), renewal_limit = std::chrono::milliseconds(10'000);
constexpr std::string_view join_again = "let the node in again with a new string of 'troupe token create': troupe node "
                                        "--join STRING";

/// API servers of others; with `own` that of this process first.
std::vector<joining::address> servers(const cluster_config& c, bool own) {
  std::vector<joining::address> out;
  if (own && c.control_plane) out.push_back({"127.0.0.1", c.api_port});
  auto text = certificates::load(fs::path(c.data_dir) / "roster.json");
  auto roster = text ? policies::cluster::decode_roster(*text) : tl::make_unexpected(std::string());
  if (roster)
    for (auto& n : *roster)
      if (n.id != c.node_id && n.control_plane && !n.removed && n.api_port != 0) out.push_back({n.address, n.api_port});
  return out;
}

tl::expected<trust, std::string> trust_of(const cluster_config& c) {
  auto folder = fs::path(c.data_dir) / "pki";
  auto authority = certificates::load(folder / "ca.crt");
  if (!authority) return tl::make_unexpected(authority.error().message);
  auto own = certificates::load_credential(folder, "node");
  if (!own) return tl::make_unexpected(own.error().message);
  return trust{std::move(*authority), std::move(*own)};
}

joining::renew_request request_of(const cluster_config& c) {
  joining::renew_request r;
  r.program = program_version();
  r.address = c.node_ip;
  r.link_port = c.link_port;
  r.api_port = c.control_plane ? c.api_port : std::uint16_t{0};
  return r;
}

bool says_removed(const cluster_answer& a) { return a.code == 401 && a.message().find("removed") != std::string::npos; }

std::string removed_text() {
  return "this node was removed from the cluster; to let it in again as a new one: 'troupe down --purge', then 'troupe "
         "node --join STRING'";
}

tl::expected<actors::join::renewed, actors::join::renewal_failure> ask_renewal(const cluster_config& c,
                                                                               const std::string& signing_request) {
  using actors::join::renewal_failure;
  auto how = trust_of(c);
  if (!how) return tl::make_unexpected(renewal_failure{how.error()});
  auto request = request_of(c);
  request.signing_request = signing_request;
  std::string why = "no control-plane node is known";
  for (auto& at : servers(c, true)) {
    auto answer = ask_cluster(at, *how, "POST", "renew", joining::encode(request), renewal_limit);
    if (!answer) {
      why = fmt::format("{}: {}", joining::to_text(at), answer.error());
      continue;
    }
    if (says_removed(*answer)) return tl::make_unexpected(renewal_failure{removed_text(), true});
    if (!answer->ok()) {
      why = fmt::format("{}: {}", joining::to_text(at), answer->message());
      continue;
    }
    auto reply = joining::decode_renew_reply(answer->body);
    if (!reply) return tl::make_unexpected(renewal_failure{reply.error()});
    if (auto ok = certificates::verify(reply->certificate, how->authority_pem, certificates::purpose::client,
                                       std::chrono::system_clock::now());
        !ok)
      return tl::make_unexpected(renewal_failure{"the new certificate is not usable: " + ok.error().message});
    return actors::join::renewed{std::move(reply->certificate)};
  }
  return tl::make_unexpected(renewal_failure{std::move(why)});
}

} // namespace

bool must_join_again(const cluster_config& c) {
  if (c.control_plane) return false; // It has the CA's key, and makes a new one at its start.
  auto text = certificates::load(fs::path(c.data_dir) / "pki/node.crt");
  auto facts = text ? certificates::inspect(*text) : tl::make_unexpected(text.error());
  return facts && facts->not_after < std::chrono::system_clock::now();
}

tl::expected<void, std::string> check_in(const cluster_config& c, std::chrono::milliseconds limit) {
  auto others = servers(c, false);
  auto how = trust_of(c);
  // The first node makes its own, and a control-plane node a new one for the time to come.
  if (!how)
    return c.control_plane && c.node_id == 1 ? tl::expected<void, std::string>() : tl::make_unexpected(how.error());
  auto facts = certificates::inspect(how->own->certificate_pem);
  if (!facts) return tl::make_unexpected("the node's certificate: " + facts.error().message);
  if (must_join_again(c))
    return tl::make_unexpected(
        fmt::format("the node's certificate has ended at {}; {}",
                    api::format_time(std::chrono::time_point_cast<api::duration>(facts->not_after)), join_again));
  auto end = clock::now() + limit;
  for (auto& at : others) {
    auto left = std::chrono::duration_cast<std::chrono::milliseconds>(end - clock::now());
    if (left <= std::chrono::milliseconds(0)) return {};
    auto answer = ask_cluster(at, *how, "POST", "renew", joining::encode(request_of(c)), std::min(left, ask_limit));
    if (!answer) continue;
    if (says_removed(*answer)) return tl::make_unexpected(removed_text());
    if (answer->code == 400) return tl::make_unexpected(answer->message());
    auto reply = answer->ok() ? joining::decode_renew_reply(answer->body) : tl::make_unexpected(std::string());
    if (!reply) continue;
    // Where the others are now; a node that was away for long knows only where they were.
    (void)certificates::save_public(fs::path(c.data_dir) / "roster.json", policies::cluster::encode(reply->roster));
    return {};
  }
  return {};
}

tl::expected<actors::join::renewal_config, std::string> renewal_of(const cluster_config& c) {
  auto how = trust_of(c);
  if (!how) return tl::make_unexpected(how.error());
  actors::join::renewal_config out{.current = std::move(*how->own)};
  out.common_name = "troupe node";
  out.ask = [c](const std::string& signing_request) { return ask_renewal(c, signing_request); };
  out.keep = [folder = fs::path(c.data_dir) /
                       "pki"](const certificates::credential& fresh) -> tl::expected<void, std::string> {
    if (auto ok = certificates::replace(fresh, folder, "node"); !ok) return tl::make_unexpected(ok.error().message);
    return {};
  };
  return out;
}

} // namespace troupe::tools
