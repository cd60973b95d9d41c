#pragma once
#include "net/certificates/certificate.hpp"
#include <filesystem>

namespace troupe::net::certificates {

/// Writes a file so that it is there whole or not at all, and readable by its owner only (0600); certificates and
/// public keys by everybody (0644).
[[nodiscard]] result<void> save_private(const std::filesystem::path& file, std::string_view text);
[[nodiscard]] result<void> save_public(const std::filesystem::path& file, std::string_view text);
/// At most 1 MiB.
[[nodiscard]] result<std::string> load(const std::filesystem::path& file);

/// `<stem>.crt` and `<stem>.key` in `folder`.
[[nodiscard]] result<void> save(const credential& what, const std::filesystem::path& folder, const std::string& stem);
/// The same for a pair that is in use: after a crash in the middle `load_credential` gives the old or the new pair.
[[nodiscard]] result<void> replace(const credential& what, const std::filesystem::path& folder,
                                   const std::string& stem);
/// Completes a `replace` that was cut off.
[[nodiscard]] result<credential> load_credential(const std::filesystem::path& folder, const std::string& stem);

} // namespace troupe::net::certificates
