#pragma once
#include "policies/oci/config.hpp"
#include <cstdint>
#include <string>
#include <string_view>
#include <tl/expected.hpp>
#include <vector>

/// The documents of an image (OCI image specification 1.0, docker's schema 2 and its save format).
namespace troupe::policies::oci {

struct descriptor {
  std::string media_type, digest;
  std::uint64_t size = 0;
  std::string name;         ///< from the annotations of an index: `io.containerd.image.name` or `…ref.name`
  std::string architecture; ///< of an index entry; empty: not said
  std::string os;
};

struct index_document {
  std::vector<descriptor> manifests;
};
struct manifest_document {
  descriptor config;
  std::vector<descriptor> layers; ///< lowest first
};
struct config_document {
  image_config run;
  std::vector<std::string> diff_ids; ///< digests of the uncompressed layers, lowest first
};
/// One image of docker's manifest.json.
struct saved_image {
  std::string config;              ///< path in the archive
  std::vector<std::string> tags;
  std::vector<std::string> layers; ///< paths in the archive, lowest first
};

/// All refuse documents whose digests or paths do not have the right form. Errors are sentences.
[[nodiscard]] tl::expected<index_document, std::string> parse_index(std::string_view text);
[[nodiscard]] tl::expected<manifest_document, std::string> parse_manifest(std::string_view text);
[[nodiscard]] tl::expected<config_document, std::string> parse_config(std::string_view text);
[[nodiscard]] tl::expected<std::vector<saved_image>, std::string> parse_saved(std::string_view text);

[[nodiscard]] bool is_index(std::string_view media_type) noexcept;

/// The full name that an annotation of an OCI archive stands for: "busybox:1.35" and "1.35" alike may be found there; a
/// word without ':' and '/' is taken for a repository. Empty if it is no name.
[[nodiscard]] std::string name_of_annotation(std::string_view text);

} // namespace troupe::policies::oci
