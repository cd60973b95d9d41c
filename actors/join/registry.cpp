#include "actors/join/registry.hpp"
#include "net/certificates/base64.hpp"
#include "net/certificates/digest.hpp"
#include <algorithm>
#include <array>
#include <charconv>
#include <spdlog/spdlog.h>

namespace troupe::actors::join {

namespace {

namespace mvcc = store::mvcc;
namespace cluster = policies::cluster;
namespace joining = policies::joining;
namespace certificates = net::certificates;

constexpr std::size_t addresses_max = 16, secret_bytes = 16;

constexpr std::string_view prefix = "/troupe/", joined_prefix = "/troupe/joined/";

std::uint64_t number_in(std::string_view text) {
  std::uint64_t out = 0;
  auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), out);
  return error == std::errc() && end == text.data() + text.size() ? out : 0;
}

void require(mvcc::txn_request& txn, const std::string& key, mvcc::revision seen) {
  txn.compares.push_back({{key, {}}, mvcc::compare_target::mod_revision, mvcc::compare_operator::equal, seen, {}});
}

} // namespace

std::string joined_key(std::string_view key_hash) { return std::string(joined_prefix) + std::string(key_hash); }

mvcc::range_request registry_range() {
  mvcc::range_request out;
  out.keys = mvcc::key_range::prefix(prefix);
  out.skip_count = true;
  return out;
}

std::vector<cluster::node_record> registry::records() const {
  std::vector<cluster::node_record> out;
  for (auto& n : nodes)
    out.push_back(n.value);
  return out;
}

const registry::entry<cluster::node_record>* registry::node(std::uint64_t id) const {
  auto at = std::find_if(nodes.begin(), nodes.end(), [&](auto& n) { return n.value.id == id; });
  return at == nodes.end() ? nullptr : &*at;
}

registry read_registry(const mvcc::range_response& found) {
  registry out;
  for (auto& kv : found.kvs) {
    std::string_view key = kv->key, value = kv->value ? std::string_view(*kv->value) : std::string_view();
    if (key.starts_with(cluster::node_records_prefix)) {
      auto record = cluster::decode_node_record(value);
      if (record)
        out.nodes.push_back({std::move(*record), kv->mod_revision});
      else
        spdlog::error("registrar: record_refused key={} error=\"{}\"", key, record.error());
    } else if (key.starts_with(joining::token_records_prefix)) {
      auto token = joining::decode_token_record(value);
      auto id = token ? token->id : std::string();
      if (token)
        out.tokens.emplace(std::move(id), registry::entry<joining::token_record>{std::move(*token), kv->mod_revision});
      else
        spdlog::error("registrar: token_refused key={} error=\"{}\"", key, token.error());
    } else if (key.starts_with(joined_prefix)) {
      out.joined.emplace(key.substr(joined_prefix.size()),
                         registry::entry<std::uint64_t>{number_in(value), kv->mod_revision});
    } else if (key == last_id_key) {
      out.last_id = {number_in(value), kv->mod_revision};
    }
  }
  return out;
}

std::vector<joining::address> api_addresses(const std::vector<cluster::node_record>& nodes, std::uint64_t own) {
  std::vector<joining::address> out;
  auto add = [&](bool mine) {
    for (auto& r : nodes)
      if (r.control_plane && !r.removed && r.api_port != 0 && (r.id == own) == mine && out.size() < addresses_max)
        out.push_back({r.address, r.api_port});
  };
  add(true);
  add(false);
  return out;
}

std::string random_secret(const certificates::random_source& random) {
  std::array<std::uint8_t, secret_bytes> bytes{};
  random(bytes);
  return certificates::base64url({reinterpret_cast<const char*>(bytes.data()), bytes.size()});
}

joining::token_record new_token(const std::string& id, const std::string& secret,
                                const certificates::random_source& random) {
  joining::token_record out;
  out.id = id;
  out.salt = random_secret(random);
  out.hash = certificates::sha256(out.salt + secret);
  return out;
}

void replace(mvcc::txn_request& txn, const std::string& key, mvcc::revision seen, std::string value) {
  require(txn, key, seen);
  mvcc::put_request put;
  put.key = key;
  put.value = mvcc::make_bytes(std::move(value));
  txn.success.emplace_back(std::move(put));
}

void erase(mvcc::txn_request& txn, const std::string& key, mvcc::revision seen) {
  require(txn, key, seen);
  mvcc::delete_range_request gone;
  gone.keys = {key, {}};
  txn.success.emplace_back(std::move(gone));
}

} // namespace troupe::actors::join
