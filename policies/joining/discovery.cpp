#include "policies/joining/discovery.hpp"
#include <algorithm>
#include <fmt/format.h>

namespace troupe::policies::joining {

namespace {

constexpr std::size_t addresses_max = 16, ca_shown = 12;

void add_new(std::vector<address>& to, const address& a) {
  if (to.size() < addresses_max && std::find(to.begin(), to.end(), a) == to.end()) to.push_back(a);
}

std::string counted(std::size_t count, std::string_view one, std::string_view many) {
  return fmt::format("{} {}", count, count == 1 ? one : many);
}

} // namespace

query_limit::verdict query_limit::judge(std::string_view nonce, queueing::instant now) {
  if (known_.contains(nonce)) return verdict::repeated;
  if (!all_.try_take(now)) return verdict::too_many;
  if (order_.size() >= remembered_max) {
    known_.erase(order_.front());
    order_.pop_front();
  }
  order_.emplace_back(nonce);
  known_.emplace(nonce);
  return verdict::answer;
}

bool sightings::add(const cluster_sighting& seen) {
  if (seen.addresses.empty()) return false;
  auto found = std::find_if(clusters_.begin(), clusters_.end(), [&](auto& c) { return c.ca == seen.ca; });
  if (found == clusters_.end()) {
    if (clusters_.size() >= clusters_max) return true; // Two are too many already.
    found = clusters_.insert(found, {seen.ca, seen.cluster, {}, {}});
  }
  add_new(found->own, seen.addresses.front());
  for (auto& each : seen.addresses) add_new(found->others, each);
  return true;
}

tl::expected<cluster_sighting, std::string> sightings::result() const {
  if (clusters_.size() > 1) {
    std::vector<std::string> names;
    for (auto& c : clusters_)
      names.push_back(fmt::format("{} at {} (CA {}…)", c.name, to_text(c.own.front()), c.ca.substr(0, ca_shown)));
    return tl::make_unexpected(
      fmt::format("{} clusters answer to this discovery secret: {}; give each a secret of its own with 'troupe token "
                  "discovery-secret', or name one with --join and a string of its 'troupe token create'",
                  clusters_.size(), fmt::join(names, ", ")));
  }
  auto& c = clusters_.front();
  cluster_sighting out{c.ca, c.name, c.own};
  for (auto& each : c.others) add_new(out.addresses, each);
  return out;
}

std::string nobody_answers(const search_report& seen, std::chrono::seconds searched, std::uint16_t port) {
  if (seen.queries == 0)
    return "no interface of this host is up, has an IPv4 address and does multicast, so --discover can ask nobody; set "
           "up the network, or join with --join and a string of 'troupe token create'";
  std::vector<std::string> hints;
  if (seen.forged > 0)
    hints.push_back(fmt::format("{} came that {} made with another secret", counted(seen.forged, "answer", "answers"),
                                seen.forged == 1 ? "was" : "were"));
  if (seen.other_version > 0) hints.push_back("a cluster of another version of troupe answered: install its version");
  if (seen.stale + seen.malformed > 0)
    hints.push_back(fmt::format("{} for other queries or without sense came",
                                counted(seen.stale + seen.malformed, "datagram", "datagrams")));
  auto more = hints.empty() ? std::string() : fmt::format("; {}", fmt::join(hints, "; "));
  return fmt::format(
    "no cluster on this network answered in {} s{}; check that a control-plane node runs on the same LAN, that it was "
    "started with the same discovery secret as this host, that UDP port {} to it and its answers from there pass "
    "the firewalls, and that switches let multicast to 239.255.84.82 through (IGMP snooping needs a querier); or "
    "join with --join and a string of 'troupe token create'",
    searched.count(), more, port);
}

} // namespace troupe::policies::joining
