#pragma once
#include "policies/cluster/node_record.hpp"
#include "policies/joining/join_string.hpp"
#include <cstdint>
#include <string>
#include <string_view>
#include <tl/expected.hpp>
#include <vector>

/// What nodes and the cluster say to each other before there is a link (docs/formats/joining.md).
namespace troupe::policies::joining {

/// Of the documents below; a change that an older peer would misread raises it.
inline constexpr std::int64_t protocol_version = 1;

/// `POST /troupe/v1/join`: a stranger asks to become a node.
struct join_request {
  std::int64_t protocol = protocol_version;
  std::string token_id, secret;
  std::int64_t clock = 0;  ///< of the node, Unix seconds
  std::string program;     ///< its version
  std::string name;
  bool control_plane = false, worker = true;
  std::string address;     ///< empty: the one that the request comes from
  std::uint16_t link_port = 0, api_port = 0;
  std::string signing_request; ///< PKCS#10, PEM; only its key counts
};
[[nodiscard]] std::string encode(const join_request& r);
/// The error is a sentence. A protocol that is not known is no error here: the judgement tells what to do.
[[nodiscard]] tl::expected<join_request, std::string> decode_join_request(std::string_view text);

/// What every node must know of its cluster.
struct cluster_settings {
  std::string id, cluster_cidr, service_cidr, dns_address, domain;
  bool operator==(const cluster_settings&) const = default;
};

struct join_reply {
  cluster::node_record node;
  cluster_settings settings;
  std::string certificate, authority;               ///< PEM
  std::string authority_key, service_account_key;   ///< PEM; for control-plane nodes only
  std::vector<cluster::node_record> roster;
};
[[nodiscard]] std::string encode(const join_reply& r);
[[nodiscard]] tl::expected<join_reply, std::string> decode_join_reply(std::string_view text);

/// `POST /troupe/v1/renew`: a node, known by its certificate, says where it is now, and may ask for a new certificate.
struct renew_request {
  std::int64_t protocol = protocol_version;
  std::string program, address;
  std::uint16_t link_port = 0, api_port = 0;
  std::string signing_request; ///< empty: none is wanted
};
[[nodiscard]] std::string encode(const renew_request& r);
[[nodiscard]] tl::expected<renew_request, std::string> decode_renew_request(std::string_view text);

struct renew_reply {
  cluster::node_record node;
  std::string certificate; ///< empty if none was asked for
  std::string authority;
  std::vector<cluster::node_record> roster;
};
[[nodiscard]] std::string encode(const renew_reply& r);
[[nodiscard]] tl::expected<renew_reply, std::string> decode_renew_reply(std::string_view text);

} // namespace troupe::policies::joining
