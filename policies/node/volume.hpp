#pragma once
#include "policies/node/environment.hpp"
#include "policies/api/time.hpp"
#include <cstdint>
#include <map>
#include <string>
#include <vector>

namespace troupe::policies::node {

struct volume_file {
  std::string bytes;
  std::uint32_t mode = 0644;
  friend bool operator==(const volume_file&, const volume_file&) = default;
};
/// Files of a volume by their path below its root.
using volume_files = std::map<std::string, volume_file>;

/// A service account token that a volume needs.
struct token_need {
  std::string audience;            ///< empty: the API server's
  std::int64_t expiration_seconds = 3600;
  auto operator<=>(const token_need&) const = default;
};
/// Tokens at hand.
using token_table = std::map<token_need, std::string>;

/// The tokens that the projected volumes of a pod need, each once.
[[nodiscard]] std::vector<token_need> tokens_needed(const api::object& pod);
/// Body of a TokenRequest (authentication.k8s.io/v1), bound to the pod.
[[nodiscard]] api::json::object token_request(const api::object& pod, const token_need& need);
/// When a token is fetched again: at 80 % of its life, or after a day less a quarter of an hour at most.
[[nodiscard]] api::time_point token_refresh_time(api::time_point issued, api::time_point expires);

/// Content of a configMap, secret, downwardAPI or projected volume. The error is the text behind
/// `MountVolume.SetUp failed for volume "v" : `.
[[nodiscard]] or_text<volume_files> volume_content(const api::object& pod, const api::json::object& volume,
                                                   const object_source& source, const pod_facts& facts,
                                                   const token_table& tokens);

/// Whether volume_content applies to it.
[[nodiscard]] bool has_content(const api::json::object& volume);

} // namespace troupe::policies::node
