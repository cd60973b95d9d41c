#include "policies/cluster/node_record.hpp"
#include "policies/api/json.hpp"
#include <fmt/format.h>

namespace troupe::policies::cluster {

namespace {

namespace json = api::json;

constexpr std::int64_t format_version = 1, port_max = 65535;

json::object document_of(const node_record& r) {
  return {{"version", format_version},
          {"id", r.id},
          {"name", r.name},
          {"controlPlane", r.control_plane},
          {"worker", r.worker},
          {"address", r.address},
          {"linkPort", r.link_port},
          {"apiPort", r.api_port},
          {"podCIDR", r.pod_cidr},
          {"program", r.version},
          {"joined", r.joined},
          {"removed", r.removed},
          {"etcdURL", r.etcd_url}};
}

tl::expected<node_record, std::string> read(const json::value& value) {
  auto bad = [](std::string_view what) { return tl::make_unexpected(fmt::format("node record: {}", what)); };
  auto* o = value.if_object();
  if (!o) return bad("not an object");
  auto version = api::int_at(*o, {"version"}, -1);
  if (version != format_version) return bad(fmt::format("format {} is not known to this program", version));
  node_record r;
  auto id = api::int_at(*o, {"id"});
  if (id <= 0) return bad("no id");
  r.id = static_cast<std::uint64_t>(id);
  auto text = [&](std::string_view key) { return std::string(api::string_at(*o, {key})); };
  auto truth = [&](std::string_view key) {
    auto* v = o->if_contains(key);
    return v && v->is_bool() && v->get_bool();
  };
  auto link = api::int_at(*o, {"linkPort"}), port = api::int_at(*o, {"apiPort"});
  if (link < 0 || link > port_max || port < 0 || port > port_max) return bad("a port is out of range");
  r.name = text("name");
  if (r.name.empty()) return bad("no name");
  r.control_plane = truth("controlPlane");
  r.worker = truth("worker");
  r.address = text("address");
  r.link_port = static_cast<std::uint16_t>(link);
  r.api_port = static_cast<std::uint16_t>(port);
  r.pod_cidr = text("podCIDR");
  r.version = text("program");
  r.joined = api::int_at(*o, {"joined"});
  r.removed = truth("removed");
  r.etcd_url = text("etcdURL");
  return r;
}

tl::expected<json::value, std::string> parse(std::string_view text) {
  boost::system::error_code error;
  json::parse_options options;
  options.max_depth = 4;
  auto value = json::parse(text, error, {}, options);
  if (error) return tl::make_unexpected("node record: no JSON: " + error.message());
  return value;
}

} // namespace

std::string node_record_key(std::uint64_t id) { return fmt::format("{}{:020}", node_records_prefix, id); }

std::string encode(const node_record& record) { return json::serialize(document_of(record)); }

tl::expected<node_record, std::string> decode_node_record(std::string_view text) {
  auto value = parse(text);
  if (!value) return tl::make_unexpected(value.error());
  return read(*value);
}

std::string encode(const std::vector<node_record>& roster) {
  json::array all;
  for (auto& r : roster) all.push_back(document_of(r));
  return json::serialize(all);
}

tl::expected<std::vector<node_record>, std::string> decode_roster(std::string_view text) {
  auto value = parse(text);
  if (!value) return tl::make_unexpected(value.error());
  auto* all = value->if_array();
  if (!all) return tl::make_unexpected("roster: not an array");
  std::vector<node_record> out;
  for (auto& item : *all) {
    auto r = read(item);
    if (!r) return tl::make_unexpected(r.error());
    out.push_back(std::move(*r));
  }
  return out;
}

} // namespace troupe::policies::cluster
