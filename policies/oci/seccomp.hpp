#pragma once
#include "policies/api/json.hpp"
#include <string>
#include <string_view>
#include <vector>

namespace troupe::policies::oci {

/// `linux.seccomp` of a container with the profile RuntimeDefault: system calls are refused with EPERM unless they are
/// known to be harmless in a container or go with one of its capabilities, as container runtimes have it.
[[nodiscard]] api::json::object default_seccomp(const std::vector<std::string>& capabilities);

/// What a profile of the type Localhost is called in `security::seccomp`: this, then the file's absolute path.
inline constexpr std::string_view seccomp_file_prefix = "localhost/";

} // namespace troupe::policies::oci
