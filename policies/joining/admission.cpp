#include "policies/joining/admission.hpp"
#include "policies/api/time.hpp"
#include "policies/network/subnet.hpp"
#include "policies/validation/formats.hpp"
#include <algorithm>
#include <charconv>
#include <fmt/format.h>

namespace troupe::policies::joining {

namespace {

using cluster::node_record;

/// Certificates count from five minutes before they are made; a clock that is behind by more could not use its own.
constexpr std::int64_t skew_max = 240;
/// "system:node:" and the name must fit into a certificate's common name (RFC 5280, ub-common-name: 64).
constexpr std::size_t name_max = 52;
constexpr int pod_range_bits = 24;
constexpr std::string_view new_token = "make a new one with 'troupe token create' on a control-plane node";

api::failure refused(api::status s) { return api::failure(std::move(s)); }

api::status forbidden(std::string message) {
  api::status s;
  s.code = 403;
  s.reason = "Forbidden";
  s.message = std::move(message);
  return s;
}

api::status taken(std::string message) {
  api::status s;
  s.code = 409;
  s.reason = "Conflict";
  s.message = std::move(message);
  return s;
}

struct version_number {
  int major = 0, minor = 0;
};

std::optional<version_number> parse_version(std::string_view text) {
  version_number v;
  auto* end = text.data() + text.size();
  auto first = std::from_chars(text.data(), end, v.major);
  if (first.ec != std::errc() || first.ptr == end || *first.ptr != '.') return std::nullopt;
  auto second = std::from_chars(first.ptr + 1, end, v.minor);
  if (second.ec != std::errc() || v.major < 0 || v.minor < 0) return std::nullopt;
  if (second.ptr != end && *second.ptr != '.') return std::nullopt;
  return v;
}

api::result<void> check_roles(const join_request& r, const token_record& token) {
  if (!r.control_plane && !r.worker)
    return refused(api::bad_request("the node wants no role: say --roles worker, control-plane, or both"));
  if ((r.control_plane && !token.control_plane) || (r.worker && !token.worker)) {
    auto wanted = to_text(roles{r.control_plane, r.worker});
    return refused(forbidden(fmt::format(
        "the token is for {} nodes, and this one wants to be {}: join with --roles {}, or make another token "
        "with 'troupe token create --roles {}'",
        to_text(roles{token.control_plane, token.worker}), wanted, to_text(roles{token.control_plane, token.worker}),
        wanted)));
  }
  return {};
}

api::result<void> check_name(const join_request& r, const cluster_view& c) {
  if (auto wrong = validation::is_dns_subdomain(r.name); !wrong.empty())
    return refused(api::bad_request(fmt::format(
        "\"{}\" cannot be the name of a node: {}; choose another with --node-name", r.name, wrong.front())));
  if (r.name.size() > name_max)
    return refused(api::bad_request(fmt::format("\"{}\" is too long for the name of a node, which has at most {} "
                                                "characters; choose another with --node-name",
                                                r.name, name_max)));
  for (auto& n : c.nodes)
    if (!n.removed && n.name == r.name)
      return refused(taken(fmt::format("the name {0} is taken by a node of the cluster (id {1}, {2}): choose another "
                                       "with --node-name, or take the old one out with 'troupe node remove {0}'",
                                       r.name, n.id, n.address)));
  return {};
}

} // namespace

api::result<void> check_token(const token_record* token, std::int64_t now) {
  if (!token)
    return refused(api::unauthorized(fmt::format("the token is not known or its secret is wrong: {}", new_token)));
  if (expired(*token, now))
    return refused(api::unauthorized(
        fmt::format("the token {} has expired at {}: {}", token->id,
                    api::format_time(api::time_point(std::chrono::seconds(token->expires))), new_token)));
  return {};
}

fit version_fit(std::string_view node, std::string_view cluster) {
  auto n = parse_version(node), c = parse_version(cluster);
  if (!n || !c) return fit::unreadable;
  if (n->major != c->major) return n->major < c->major ? fit::too_old : fit::too_new;
  if (n->minor + 1 < c->minor) return fit::too_old;
  return n->minor > c->minor + 1 ? fit::too_new : fit::good;
}

api::result<void> check_fit(const join_request& r, const cluster_view& c) {
  if (r.protocol != protocol_version)
    return refused(api::bad_request(
        fmt::format("the node speaks protocol {} of joining and this cluster {}: install troupe {} on that host",
                    r.protocol, protocol_version, c.program)));
  auto by = r.clock - c.now;
  if (by > skew_max || by < -skew_max)
    return refused(api::bad_request(fmt::format(
        "the clock of this host is {} s {} that of the cluster ({}): set it right, best with an NTP service, "
        "and try again",
        by < 0 ? -by : by, by < 0 ? "behind" : "ahead of",
        api::format_time(api::time_point(std::chrono::seconds(c.now))))));
  switch (version_fit(r.program, c.program)) {
  case fit::good:
    return {};
  case fit::too_old:
    return refused(api::bad_request(
        fmt::format("troupe {0} on this host is too old for the cluster, which runs {1}: install troupe {1}", r.program,
                    c.program)));
  case fit::too_new:
    return refused(api::bad_request(
        fmt::format("troupe {0} on this host is too new for the cluster, which runs {1}: install troupe {1} here, or "
                    "upgrade the cluster first",
                    r.program, c.program)));
  case fit::unreadable:
    break;
  }
  return refused(api::bad_request(fmt::format("\"{}\" is no version of troupe", r.program)));
}

std::optional<std::string> free_pod_range(const std::string& cluster_cidr, const std::vector<node_record>& nodes) {
  auto whole = network::parse_subnet(cluster_cidr);
  if (!whole || whole->bits > pod_range_bits) return std::nullopt;
  std::vector<network::subnet> used;
  for (auto& n : nodes)
    if (auto s = n.removed ? std::nullopt : network::parse_subnet(n.pod_cidr)) used.push_back(*s);
  std::sort(used.begin(), used.end());
  const auto count = std::uint64_t{1} << (pod_range_bits - whole->bits);
  auto next = used.begin();
  for (std::uint64_t i = 0; i < count; ++i) {
    network::subnet candidate{static_cast<network::ipv4>(whole->base + (i << (32 - pod_range_bits))), pod_range_bits};
    // Both lists go upwards: what ends before the candidate matters no more.
    while (next != used.end() && next->base < candidate.base && !next->overlaps(candidate))
      ++next;
    if (next == used.end() || !next->overlaps(candidate)) return network::to_text(candidate);
  }
  return std::nullopt;
}

api::result<node_record> admit(const join_request& r, const token_record* token, const cluster_view& c,
                               const node_record* known) {
  if (auto ok = check_token(token, c.now); !ok) return api::failure(ok.error());
  if (auto ok = check_fit(r, c); !ok) return api::failure(ok.error());
  if (auto ok = check_roles(r, *token); !ok) return api::failure(ok.error());
  if (known && !known->removed && known->name == r.name && known->control_plane == r.control_plane &&
      known->worker == r.worker)
    return *known;
  if (token->uses_left == 0)
    return refused(api::unauthorized(fmt::format("the token {} is used up: {}", token->id, new_token)));
  if (auto ok = check_name(r, c); !ok) return api::failure(ok.error());
  if (r.link_port == 0 || (r.control_plane && r.api_port == 0))
    return refused(api::bad_request("the node does not say by which port others reach it"));
  auto range = free_pod_range(c.cluster_cidr, c.nodes);
  if (!range)
    return refused(api::service_unavailable(fmt::format(
        "all ranges for pods of the cluster's {} are taken: take out nodes that are not needed with 'troupe "
        "node remove'",
        c.cluster_cidr)));
  node_record out;
  out.id = c.last_id + 1;
  for (auto& n : c.nodes)
    out.id = std::max(out.id, n.id + 1);
  out.name = r.name;
  out.control_plane = r.control_plane;
  out.worker = r.worker;
  out.address = r.address;
  out.link_port = r.link_port;
  out.api_port = r.control_plane ? r.api_port : std::uint16_t{0};
  out.pod_cidr = std::move(*range);
  out.version = r.program;
  out.joined = c.now;
  return out;
}

api::result<node_record> may_remove(const std::string& name, const std::vector<node_record>& nodes) {
  const node_record* found = nullptr;
  int control_planes = 0;
  for (auto& n : nodes) {
    if (n.removed) continue;
    control_planes += n.control_plane;
    if (n.name == name) found = &n;
  }
  if (!found) return refused(api::not_found({"", "nodes"}, name));
  if (found->control_plane && control_planes == 1)
    return refused(taken(fmt::format("{} is the only control-plane node: the cluster ends with it; use 'troupe down "
                                     "--purge' there, or let another control-plane node join first",
                                     name)));
  return *found;
}

} // namespace troupe::policies::joining
