#pragma once
#include "policies/joining/join_string.hpp"
#include "policies/queueing/token_bucket.hpp"
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <set>
#include <string>
#include <string_view>
#include <tl/expected.hpp>
#include <vector>

/// How a node finds its cluster with a secret and without an address: who is answered, and which answers are believed.
namespace troupe::policies::joining {

/// Which queries with a right proof are answered. Who overheard one can send it again without knowing the secret, so
/// each counts once while it is remembered, and all together have a bound.
class query_limit {
public:
  enum class verdict : std::uint8_t { answer, repeated, too_many };
  /// `nonce` is what makes a query different from all others.
  [[nodiscard]] verdict judge(std::string_view nonce, queueing::instant now);

  static constexpr std::size_t remembered_max = 4096;
  static constexpr double per_second = 50, burst = 200;

private:
  std::set<std::string, std::less<>> known_;
  std::deque<std::string> order_; ///< the oldest first; the same as `known_`
  queueing::token_bucket all_{per_second, burst};
};

/// An answer that was made with the secret for a query of ours.
struct cluster_sighting {
  std::string ca, cluster;        ///< hash of the CA's key; the cluster's name, for people
  std::vector<address> addresses; ///< the answering one's own first; none: the answer says nothing
};

/// Puts answers together.
class sightings {
public:
  /// Whether it says anything.
  bool add(const cluster_sighting& seen);
  [[nodiscard]] bool empty() const noexcept { return clusters_.empty(); }
  /// The one cluster that has answered, with at most 16 addresses: those that the answering ones gave for themselves
  /// come first. The error names the clusters if there are several, which a secret cannot tell apart: choosing one by
  /// chance would be worse than none. Must not be empty.
  [[nodiscard]] tl::expected<cluster_sighting, std::string> result() const;

private:
  struct cluster {
    std::string ca, name;
    std::vector<address> own, others; ///< without doubles
  };
  static constexpr std::size_t clusters_max = 8;
  std::vector<cluster> clusters_; ///< by CA, in the order in which they were seen
};

/// What a search has seen that does not count.
struct search_report {
  std::size_t queries = 0, forged = 0, stale = 0, malformed = 0, other_version = 0;
};
/// Why nothing was found, and what to do.
[[nodiscard]] std::string nobody_answers(const search_report& seen, std::chrono::seconds searched, std::uint16_t port);

} // namespace troupe::policies::joining
