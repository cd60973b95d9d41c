#include "tools/troupe/node_join.hpp"
#include "net/certificates/files.hpp"
#include "net/certificates/signing_request.hpp"
#include "policies/joining/messages.hpp"
#include "tools/troupe/cluster_client.hpp"
#include "tools/troupe/instance.hpp"
#include "tools/troupe/machine.hpp"
#include "tools/troupe/version.hpp"
#include <cstring>
#include <filesystem>
#include <fmt/format.h>
#include <sys/statvfs.h>
#include <thread>

namespace troupe::tools {

namespace {

namespace certificates = net::certificates;
namespace fs = std::filesystem;
namespace joining = policies::joining;
using actors::cluster::cluster_config;
using clock = std::chrono::steady_clock;

constexpr std::uint64_t mib = 1 << 20, worker_space_min = 128 * mib, control_plane_space_min = 512 * mib;
constexpr auto connect_limit = std::chrono::seconds(5), answer_limit = std::chrono::seconds(15);
constexpr auto pause_between = std::chrono::milliseconds(500);
constexpr std::int64_t skew_shown = 60;

tl::unexpected<std::string> no(std::string why) { return tl::make_unexpected(std::move(why)); }

std::int64_t seconds_now() {
  return std::chrono::duration_cast<std::chrono::seconds>(std::chrono::system_clock::now().time_since_epoch()).count();
}

tl::expected<void, std::string> enough_space(const cluster_config& c) {
  struct statvfs facts {};
  if (statvfs(c.data_dir.c_str(), &facts) != 0)
    return no(fmt::format("look at the disk of {}: {}", c.data_dir, std::strerror(errno)));
  auto free = static_cast<std::uint64_t>(facts.f_bavail) * facts.f_frsize;
  auto least = c.control_plane ? control_plane_space_min : worker_space_min;
  if (free >= least) return {};
  return no(fmt::format("not enough disk: {} has {} MiB left, and such a node needs {} MiB; free some, or name another "
                        "place with --data-dir",
                        c.data_dir, free / mib, least / mib));
}

/// Ports are the node's address in the cluster: they are known before it joins.
tl::expected<std::uint16_t, std::string> settle_port(const std::string& address, std::uint16_t wanted,
                                                     std::string_view flag) {
  if (wanted == 0) {
    // The range that the kernel does not hand out to clients by itself.
    for (std::uint16_t port = 20'000; port < 30'000; ++port)
      if (port_is_free(address, port)) return port;
    return no(fmt::format("no port is free; name one with {}", flag));
  }
  if (port_is_free(address, wanted)) return wanted;
  return no(fmt::format("port {} is in use on this host: end the program that has it, or choose another one with {}",
                        wanted, flag));
}

/// The key comes before the request and stays: whoever asks again with it is the same node.
tl::expected<certificates::key, std::string> own_key(const fs::path& file) {
  std::error_code error;
  fs::create_directories(file.parent_path(), error);
  if (fs::exists(file, error))
    if (auto text = certificates::load(file))
      if (auto there = certificates::key::from_pem(*text); there && there->is_private()) return std::move(*there);
  auto made = certificates::key::make_ec();
  if (!made) return no(made.error().message);
  if (auto ok = certificates::save_private(file, made->private_pem()); !ok) return no(ok.error().message);
  return std::move(*made);
}

std::string skew_hint(std::int64_t theirs) {
  auto by = seconds_now() - theirs;
  if (theirs == 0 || (by <= skew_shown && by >= -skew_shown)) return {};
  return fmt::format("; the clock of this host is {} s {} that of the cluster: set it right, best with an NTP service",
                     by < 0 ? -by : by, by < 0 ? "behind" : "ahead of");
}

/// One try at one address: the reply, or why not and whether another try could help.
struct refusal {
  std::string message;
  bool final = false;
};
tl::expected<joining::join_reply, refusal> try_join(const joining::address& at, const joining::join_string& s,
                                                    const joining::join_request& request,
                                                    std::chrono::milliseconds left) {
  auto fail = [&](std::string why, bool final = false) {
    return tl::make_unexpected(refusal{fmt::format("{}: {}", joining::to_text(at), why), final});
  };
  auto face = look_at(at, s.ca, std::min<std::chrono::milliseconds>(left, connect_limit));
  if (!face) return fail(face.error().message);
  auto stamped = request;
  stamped.clock = seconds_now();
  auto limit = std::max<std::chrono::milliseconds>(left, connect_limit);
  auto answer = ask_cluster(at, {face->authority_pem, {}}, "POST", "join", joining::encode(stamped),
                            std::min<std::chrono::milliseconds>(limit, answer_limit));
  if (!answer) return fail(answer.error() + skew_hint(face->clock));
  if (!answer->ok()) {
    bool again = answer->code == 429 || answer->code >= 500;
    if (again) return fail(answer->message());
    return tl::make_unexpected(refusal{answer->message(), true});
  }
  auto reply = joining::decode_join_reply(answer->body);
  if (!reply) return fail(reply.error(), true);
  auto hash = certificates::public_key_hash(reply->authority);
  if (!hash || *hash != s.ca) return fail("the answer has a CA that is not that of the join string", true);
  if (auto ok = certificates::verify(reply->certificate, reply->authority, certificates::purpose::client,
                                     std::chrono::system_clock::now());
      !ok)
    return fail(
        fmt::format("the certificate that it gave is not usable: {}{}", ok.error().message, skew_hint(face->clock)),
        true);
  return std::move(*reply);
}

tl::expected<joining::join_reply, std::string>
find_and_join(const joining::join_string& s, const joining::join_request& request, std::chrono::seconds limit) {
  auto end = clock::now() + limit;
  std::vector<std::string> why(s.addresses.size());
  for (;;) {
    for (std::size_t i = 0; i < s.addresses.size(); ++i) {
      auto left = std::chrono::duration_cast<std::chrono::milliseconds>(end - clock::now());
      if (left <= std::chrono::milliseconds(0)) break;
      auto reply = try_join(s.addresses[i], s, request, left);
      if (reply) return std::move(*reply);
      if (reply.error().final) return no(reply.error().message);
      why[i] = reply.error().message;
    }
    if (clock::now() + pause_between >= end) break;
    std::this_thread::sleep_for(pause_between);
  }
  std::erase(why, "");
  return no(
      fmt::format("no control-plane node lets this one in ({}); check that the cluster runs, that this host reaches "
                  "these addresses, and that no firewall stands between; a join string with other addresses comes "
                  "from 'troupe token create' on a control-plane node",
                  fmt::join(why, "; ")));
}

tl::expected<void, std::string> keep(const fs::path& data_dir, const joining::join_reply& r,
                                     const certificates::key& own) {
  auto pki = data_dir / "pki";
  auto put = [](certificates::result<void> done) -> tl::expected<void, std::string> {
    if (done) return {};
    return no(done.error().message);
  };
  if (auto ok = put(certificates::save_public(pki / "ca.crt", r.authority)); !ok) return ok;
  if (!r.authority_key.empty())
    if (auto ok = put(certificates::save_private(pki / "ca.key", r.authority_key)); !ok) return ok;
  if (!r.service_account_key.empty())
    if (auto ok = put(certificates::save_private(pki / "sa.key", r.service_account_key)); !ok) return ok;
  if (auto ok = put(certificates::replace({r.certificate, own}, pki, "node")); !ok) return ok;
  return put(certificates::save_public(data_dir / "roster.json", policies::cluster::encode(r.roster)));
}

void apply(cluster_config& c, const joining::join_reply& r) {
  c.node_id = r.node.id;
  c.node_name = r.node.name;
  c.control_plane = r.node.control_plane;
  c.worker = r.node.worker;
  c.pod_cidr = r.node.pod_cidr;
  c.cluster_id = r.settings.id;
  c.cluster_cidr = r.settings.cluster_cidr;
  c.service_cidr = r.settings.service_cidr;
  c.dns_address = r.settings.dns_address;
  c.domain = r.settings.domain;
}

} // namespace

tl::expected<cluster_config, std::string> join_cluster(cluster_config c, const join_options& o) {
  auto s = joining::parse_join_string(o.join);
  if (!s) return no(s.error());
  c.control_plane = o.roles.control_plane;
  c.worker = o.roles.worker;
  if (auto ok = enough_space(c); !ok) return no(ok.error());
  auto link = settle_port(c.link_address, o.link_port.value_or(c.link_port), "--link-port");
  if (!link) return no(link.error());
  c.link_port = *link;
  if (c.control_plane) {
    auto port = settle_port(c.api_address, c.api_port, "--api-port");
    if (!port) return no(port.error());
    c.api_port = *port;
  }
  auto key = own_key(fs::path(c.data_dir) / "pki/node.key");
  if (!key) return no(key.error());
  auto request = certificates::make_signing_request(*key, "troupe node");
  if (!request) return no(request.error().message);
  joining::join_request r;
  r.token_id = s->id;
  r.secret = s->secret;
  r.program = program_version();
  r.name = c.node_name;
  r.control_plane = c.control_plane;
  r.worker = c.worker;
  r.address = c.node_ip;
  r.link_port = c.link_port;
  r.api_port = c.control_plane ? c.api_port : std::uint16_t{0};
  r.signing_request = std::move(*request);
  auto reply = find_and_join(*s, r, o.limit);
  if (!reply) return no(reply.error());
  if (auto ok = keep(c.data_dir, *reply, *key); !ok) return no(ok.error());
  apply(c, *reply);
  if (auto ok = save_instance(c); !ok) return no(ok.error());
  return c;
}

} // namespace troupe::tools
