#pragma once
#include <string>

namespace troupe::tools {

/// "0.1.0": of this program.
[[nodiscard]] std::string program_version();
/// The document of `/version`: the Kubernetes release whose API is served, with this program's version as build
/// metadata.
[[nodiscard]] std::string version_document();

} // namespace troupe::tools
