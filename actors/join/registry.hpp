#pragma once
#include "actors/store/messages.hpp"
#include "net/certificates/random.hpp"
#include "policies/cluster/node_record.hpp"
#include "policies/joining/join_string.hpp"
#include "policies/joining/token.hpp"
#include <cstdint>
#include <map>
#include <string>
#include <vector>

namespace troupe::actors::join {

/// The cluster's own part of the store, as one read showed it: who is a member, which tokens there are, and which key a
/// node joined with. Whatever changes it compares the revisions from here, so that of two changes one starts again.
struct registry {
  template <class T> struct entry {
    T value{};
    store::mvcc::revision revision = 0; ///< 0: not there
  };
  std::vector<entry<policies::cluster::node_record>> nodes;          ///< by id
  std::map<std::string, entry<policies::joining::token_record>> tokens;
  std::map<std::string, entry<std::uint64_t>> joined;                ///< node id by the hash of its first key
  entry<std::uint64_t> last_id;                                      ///< the highest one given

  [[nodiscard]] std::vector<policies::cluster::node_record> records() const;
  [[nodiscard]] const entry<policies::cluster::node_record>* node(std::uint64_t id) const;
};

/// Everything below this prefix.
[[nodiscard]] store::mvcc::range_request registry_range();
/// What cannot be read is logged and left out.
[[nodiscard]] registry read_registry(const store::mvcc::range_response& found);

/// At most 16 API servers of control-plane nodes. That of the node `own` comes first: it is the one that whoever asks
/// can reach.
[[nodiscard]] std::vector<policies::joining::address>
api_addresses(const std::vector<policies::cluster::node_record>& nodes, std::uint64_t own);
/// 128 random bits, base64url.
[[nodiscard]] std::string random_secret(const net::certificates::random_source& random);
/// The record of a token with that secret, which is not in it; for workers, any number, without an end.
[[nodiscard]] policies::joining::token_record new_token(const std::string& id, const std::string& secret,
                                                        const net::certificates::random_source& random);

inline constexpr std::string_view last_id_key = "/troupe/counters/node";
[[nodiscard]] std::string joined_key(std::string_view key_hash);

/// Adds to a transaction: the key must still be as it was read (0: must not exist), and gets that value.
void replace(store::mvcc::txn_request& txn, const std::string& key, store::mvcc::revision seen, std::string value);
/// Adds to a transaction: the key must still be as it was read, and goes.
void erase(store::mvcc::txn_request& txn, const std::string& key, store::mvcc::revision seen);

} // namespace troupe::actors::join
