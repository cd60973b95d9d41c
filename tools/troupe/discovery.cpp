#include "tools/troupe/discovery.hpp"
#include "actors/join/answering.hpp"
#include "actors/join/beacon.hpp"
#include "net/certificates/files.hpp"
#include "net/discovery/message.hpp"
#include "policies/joining/discovery.hpp"
#include <algorithm>
#include <cstdlib>
#include <deque>
#include <fmt/format.h>
#include <sys/stat.h>

namespace troupe::tools {

namespace {

namespace discovery = net::discovery;
namespace joining = policies::joining;
using actors::cluster::cluster_config;

constexpr const char* variable = "TROUPE_DISCOVERY_SECRET";
/// How long others may answer after the first: who else has this secret comes to light, and all addresses are known.
constexpr auto settle = std::chrono::milliseconds(1500);
constexpr std::size_t nonces_max = 1024; ///< queries whose answers are awaited; older ones are forgotten

/// Queries that went out, and what came back.
struct hunt {
  const discovery::keys& keys;
  net::certificates::random_source random = net::certificates::system_random();
  std::deque<discovery::nonce> asked;
  joining::sightings found;
  joining::search_report report;

  std::string ask() {
    discovery::nonce n{};
    random(n);
    if (asked.size() >= nonces_max) asked.pop_front();
    asked.push_back(n);
    return discovery::encode_query(n, keys.query);
  }
  std::optional<std::chrono::milliseconds> hear(std::string_view datagram) {
    auto got = discovery::read_answer(datagram, keys.answer);
    if (!got) return count(got.error());
    if (std::find(asked.begin(), asked.end(), got->to) == asked.end()) return count(discovery::fault::stale);
    joining::cluster_sighting seen{got->said.ca, got->said.cluster, {}};
    for (auto& text : got->said.addresses)
      if (auto a = joining::parse_address(text)) seen.addresses.push_back(std::move(*a));
    bool first = found.empty();
    if (!found.add(seen)) return count(discovery::fault::malformed);
    if (first) return settle;
    return std::nullopt;
  }
  std::optional<std::chrono::milliseconds> count(discovery::fault why) {
    switch (why) {
    case discovery::fault::forged: ++report.forged; break;
    case discovery::fault::stale: ++report.stale; break;
    case discovery::fault::other_version: ++report.other_version; break;
    case discovery::fault::malformed: ++report.malformed; break;
    }
    return std::nullopt;
  }
};

std::string summary(const joining::cluster_sighting& found, const joining::search_report& seen) {
  std::vector<std::string> at;
  for (auto& a : found.addresses) at.push_back(joining::to_text(a));
  auto ignored = seen.forged + seen.stale + seen.malformed + seen.other_version;
  return fmt::format("found cluster {} at {}{}", found.cluster, fmt::join(at, ", "),
                     ignored == 0 ? "" : fmt::format("; {} answers that it did not make were ignored", ignored));
}

tl::expected<std::string, std::string> secret_in(const std::string& file) {
  struct stat facts {};
  // A pipe, as of a shell's <(…), has no readers but this one.
  if (stat(file.c_str(), &facts) == 0 && S_ISREG(facts.st_mode) && (facts.st_mode & (S_IROTH | S_IWOTH)) != 0)
    return tl::make_unexpected(fmt::format("--discovery-secret-file: everybody on this host may read {0}, and with it "
                                           "join the cluster: chmod 600 {0}", file));
  auto text = net::certificates::load(file);
  if (!text) return tl::make_unexpected("--discovery-secret-file: " + text.error().message);
  return std::move(*text);
}

} // namespace

tl::expected<std::optional<discovery::keys>, std::string> discovery_keys(const start_settings& s) {
  std::string text, where = variable;
  if (!s.discovery_secret_file.empty()) {
    auto there = secret_in(s.discovery_secret_file);
    if (!there) return tl::make_unexpected(there.error());
    text = std::move(*there);
    where = s.discovery_secret_file;
  } else if (auto* said = std::getenv(variable); said && *said) {
    text = said;
  } else {
    return std::nullopt;
  }
  auto keys = discovery::parse_secret(text);
  if (!keys) return tl::make_unexpected(fmt::format("{}: {}", where, keys.error()));
  return std::move(*keys);
}

void forget_discovery_secret() { unsetenv(variable); }

tl::expected<discovered, std::string> discover(const discovery::keys& keys, const discovery::search_config& how) {
  hunt h{keys};
  auto sent = discovery::search(how, [&] { return h.ask(); },
                                [&](std::string_view datagram, const std::string&) { return h.hear(datagram); });
  if (!sent) return tl::make_unexpected("--discover: " + sent.error());
  h.report.queries = *sent;
  if (h.found.empty())
    return tl::make_unexpected(joining::nobody_answers(
      h.report, std::chrono::duration_cast<std::chrono::seconds>(how.limit), how.where.port));
  auto one = h.found.result();
  if (!one) return tl::make_unexpected(one.error());
  return discovered{joining::encode(joining::join_string{one->addresses, one->ca, keys.token_id, keys.token_secret}),
                    summary(*one, h.report)};
}

actors::supervisor::child_spec beacon_of(const cluster_config& config, const actors::environment_ptr& env,
                                         const actors::directory::directory_actor& directory,
                                         const discovery::keys& keys, const std::string& authority_pem) {
  actors::join::beacon_config c;
  c.node_id = config.node_id;
  c.token_id = keys.token_id;
  c.token_secret = keys.token_secret;
  actors::join::beacon_starter start =
    [keys, authority_pem, name = config.cluster_id]() -> tl::expected<actors::join::address_publisher, std::string> {
    auto ca = net::certificates::public_key_hash(authority_pem);
    if (!ca) return tl::make_unexpected("the cluster's CA: " + ca.error().message);
    auto made = actors::join::answering::start(keys, *ca, name);
    if (!made) return tl::make_unexpected(made.error());
    return [s = std::shared_ptr<actors::join::answering>(std::move(*made))](std::vector<std::string> addresses) {
      s->publish(std::move(addresses));
    };
  };
  return {.name = "beacon", .make = [=](caf::event_based_actor* parent) {
            return caf::actor(parent->spawn(actors::join::beacon, env, directory, c,
                                            net::certificates::system_random(), start));
          }};
}

} // namespace troupe::tools
