#include "policies/joining/messages.hpp"
#include "policies/api/json.hpp"
#include <fmt/format.h>

namespace troupe::policies::joining {

namespace {

namespace json = api::json;

json::value parsed(const std::string& text) { return json::parse(text); }

tl::expected<json::object, std::string> read(std::string_view text, std::string_view what) {
  boost::system::error_code error;
  json::parse_options options;
  options.max_depth = 8;
  auto value = json::parse(text, error, {}, options);
  if (error || !value.is_object()) return tl::make_unexpected(fmt::format("{} is no JSON object", what));
  return std::move(value.get_object());
}

std::string text_of(const json::object& o, std::string_view name) { return std::string(api::string_at(o, {name})); }

bool read_port(const json::object& o, std::string_view name, std::uint16_t& to) {
  auto n = api::int_at(o, {name});
  to = static_cast<std::uint16_t>(n);
  return n >= 0 && n <= 65535;
}

/// Documents of replies carry records in the form that the store has them in.
tl::expected<cluster::node_record, std::string> record_in(const json::object& o, std::string_view name) {
  auto* inner = api::object_at(o, {name});
  if (!inner) return tl::make_unexpected(fmt::format("the answer has no {}", name));
  return cluster::decode_node_record(json::serialize(*inner));
}

tl::expected<std::vector<cluster::node_record>, std::string> roster_in(const json::object& o) {
  auto* inner = api::array_at(o, {"roster"});
  if (!inner) return tl::make_unexpected(std::string("the answer has no roster"));
  return cluster::decode_roster(json::serialize(*inner));
}

tl::expected<json::object, std::string> read_reply(std::string_view text) {
  auto o = read(text, "the answer");
  if (!o) return o;
  auto version = api::int_at(*o, {"protocol"});
  if (version != protocol_version)
    return tl::make_unexpected(fmt::format("the cluster answers in protocol {}, which this program does not know; "
                                           "install the cluster's version of troupe on this host", version));
  return o;
}

} // namespace

std::string encode(const join_request& r) {
  json::array roles;
  if (r.control_plane) roles.emplace_back("control-plane");
  if (r.worker) roles.emplace_back("worker");
  return json::serialize(json::object{{"protocol", r.protocol},
                                      {"token", {{"id", r.token_id}, {"secret", r.secret}}},
                                      {"clock", r.clock},
                                      {"program", r.program},
                                      {"name", r.name},
                                      {"roles", std::move(roles)},
                                      {"address", r.address},
                                      {"linkPort", r.link_port},
                                      {"apiPort", r.api_port},
                                      {"request", r.signing_request}});
}

tl::expected<join_request, std::string> decode_join_request(std::string_view text) {
  auto o = read(text, "the request to join");
  if (!o) return tl::make_unexpected(o.error());
  join_request r;
  r.protocol = api::int_at(*o, {"protocol"});
  r.token_id = api::string_at(*o, {"token", "id"});
  r.secret = api::string_at(*o, {"token", "secret"});
  r.clock = api::int_at(*o, {"clock"});
  r.program = text_of(*o, "program");
  r.name = text_of(*o, "name");
  r.address = text_of(*o, "address");
  r.signing_request = text_of(*o, "request");
  r.worker = false;
  if (auto* roles = api::array_at(*o, {"roles"}))
    for (auto& each : *roles) {
      if (each == "control-plane") r.control_plane = true;
      else if (each == "worker") r.worker = true;
      else return tl::make_unexpected(std::string("a role must be \"control-plane\" or \"worker\""));
    }
  if (!read_port(*o, "linkPort", r.link_port) || !read_port(*o, "apiPort", r.api_port))
    return tl::make_unexpected(std::string("a port is out of range"));
  return r;
}

std::string encode(const join_reply& r) {
  json::object out{{"protocol", protocol_version},
                   {"node", parsed(cluster::encode(r.node))},
                   {"cluster",
                    {{"id", r.settings.id},
                     {"clusterCIDR", r.settings.cluster_cidr},
                     {"serviceCIDR", r.settings.service_cidr},
                     {"dnsAddress", r.settings.dns_address},
                     {"domain", r.settings.domain}}},
                   {"certificate", r.certificate},
                   {"authority", r.authority},
                   {"roster", parsed(cluster::encode(r.roster))}};
  if (!r.authority_key.empty()) out["authorityKey"] = r.authority_key;
  if (!r.service_account_key.empty()) out["serviceAccountKey"] = r.service_account_key;
  return json::serialize(out);
}

tl::expected<join_reply, std::string> decode_join_reply(std::string_view text) {
  auto o = read_reply(text);
  if (!o) return tl::make_unexpected(o.error());
  join_reply r;
  auto node = record_in(*o, "node");
  if (!node) return tl::make_unexpected(node.error());
  r.node = std::move(*node);
  auto roster = roster_in(*o);
  if (!roster) return tl::make_unexpected(roster.error());
  r.roster = std::move(*roster);
  auto* c = api::object_at(*o, {"cluster"});
  if (!c) return tl::make_unexpected(std::string("the answer has no cluster"));
  r.settings = {text_of(*c, "id"), text_of(*c, "clusterCIDR"), text_of(*c, "serviceCIDR"), text_of(*c, "dnsAddress"),
                text_of(*c, "domain")};
  r.certificate = text_of(*o, "certificate");
  r.authority = text_of(*o, "authority");
  r.authority_key = text_of(*o, "authorityKey");
  r.service_account_key = text_of(*o, "serviceAccountKey");
  if (r.certificate.empty() || r.authority.empty() || r.settings.cluster_cidr.empty() ||
      (r.node.control_plane && (r.authority_key.empty() || r.service_account_key.empty())))
    return tl::make_unexpected(std::string("the answer is not complete"));
  return r;
}

std::string encode(const renew_request& r) {
  json::object out{{"protocol", r.protocol},
                   {"program", r.program},
                   {"address", r.address},
                   {"linkPort", r.link_port},
                   {"apiPort", r.api_port}};
  if (!r.signing_request.empty()) out["request"] = r.signing_request;
  return json::serialize(out);
}

tl::expected<renew_request, std::string> decode_renew_request(std::string_view text) {
  auto o = read(text, "the request to renew");
  if (!o) return tl::make_unexpected(o.error());
  renew_request r;
  r.protocol = api::int_at(*o, {"protocol"});
  r.program = text_of(*o, "program");
  r.address = text_of(*o, "address");
  r.signing_request = text_of(*o, "request");
  if (!read_port(*o, "linkPort", r.link_port) || !read_port(*o, "apiPort", r.api_port))
    return tl::make_unexpected(std::string("a port is out of range"));
  return r;
}

std::string encode(const renew_reply& r) {
  json::object out{{"protocol", protocol_version},
                   {"node", parsed(cluster::encode(r.node))},
                   {"authority", r.authority},
                   {"roster", parsed(cluster::encode(r.roster))}};
  if (!r.certificate.empty()) out["certificate"] = r.certificate;
  return json::serialize(out);
}

tl::expected<renew_reply, std::string> decode_renew_reply(std::string_view text) {
  auto o = read_reply(text);
  if (!o) return tl::make_unexpected(o.error());
  renew_reply r;
  auto node = record_in(*o, "node");
  if (!node) return tl::make_unexpected(node.error());
  r.node = std::move(*node);
  auto roster = roster_in(*o);
  if (!roster) return tl::make_unexpected(roster.error());
  r.roster = std::move(*roster);
  r.certificate = text_of(*o, "certificate");
  r.authority = text_of(*o, "authority");
  return r;
}

} // namespace troupe::policies::joining
