#pragma once
#include <string>
#include <string_view>
#include <tl/expected.hpp>

namespace troupe::policies::oci {

/// Name of an image with everything that docker's shorthand leaves out filled in.
struct reference {
  std::string domain;     ///< "docker.io", "127.0.0.1:5055"
  std::string repository; ///< "library/busybox"
  std::string tag;        ///< "latest" where the text has neither tag nor digest; may be empty beside a digest
  std::string digest;     ///< "sha256:…" or empty

  /// "docker.io/library/busybox"
  [[nodiscard]] std::string name() const { return domain + "/" + repository; }
  /// The name with its tag and digest.
  [[nodiscard]] std::string text() const;
};

/// Reads "busybox", "busybox:1.35", "reg:5000/a/b@sha256:…" (grammar of distribution/reference).
/// The error is what a user sees: "invalid reference format".
[[nodiscard]] tl::expected<reference, std::string> parse_reference(std::string_view text);

/// True for "sha256:" and 64 lower-case hexadecimal digits.
[[nodiscard]] bool is_digest(std::string_view text) noexcept;

/// True where a registry is asked over plain HTTP or without checking its certificate: this machine itself.
[[nodiscard]] bool is_local_registry(std::string_view domain) noexcept;

} // namespace troupe::policies::oci
