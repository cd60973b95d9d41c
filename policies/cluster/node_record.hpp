#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <tl/expected.hpp>
#include <vector>

namespace troupe::policies::cluster {

/// What the cluster knows of a node, kept in the store beside the API's objects: how to reach it, and what it is
/// allowed to be. Kept after the removal, so that an id is never given twice.
struct node_record {
  std::uint64_t id = 0;
  std::string name;
  bool control_plane = false, worker = true;
  std::string address;            ///< IPv4 address by which other nodes reach it
  std::uint16_t link_port = 0;    ///< of its actors
  std::uint16_t api_port = 0;     ///< of its API server; 0 on workers
  std::string pod_cidr;
  std::string version;            ///< of its program
  std::int64_t joined = 0;        ///< Unix seconds
  bool removed = false;           ///< its certificate counts no more
  std::string etcd_url;           ///< where it serves the etcd API; empty: nowhere
  bool operator==(const node_record&) const = default;
};

/// All records, and the one of a node. Keys sort by id.
inline constexpr std::string_view node_records_prefix = "/troupe/nodes/";
[[nodiscard]] std::string node_record_key(std::uint64_t id);

/// JSON with a format version.
[[nodiscard]] std::string encode(const node_record& record);
/// Takes any input; the error is a sentence.
[[nodiscard]] tl::expected<node_record, std::string> decode_node_record(std::string_view text);

/// Several records as one JSON array, for the file that tells a restarted node whom to ask.
[[nodiscard]] std::string encode(const std::vector<node_record>& roster);
[[nodiscard]] tl::expected<std::vector<node_record>, std::string> decode_roster(std::string_view text);

} // namespace troupe::policies::cluster
