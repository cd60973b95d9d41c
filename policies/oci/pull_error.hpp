#pragma once
#include "policies/oci/reference.hpp"
#include <string>
#include <string_view>

namespace troupe::policies::oci {

/// The text of a failed pull as Kubernetes' users know it from containerd ("rpc error: code = NotFound desc = failed to
/// pull and unpack image …"), made from the reference and what the transfer program wrote to its standard error.
[[nodiscard]] std::string pull_error(const reference& image, std::string_view program_text);

/// The last line that a program of this family wrote to its standard error, without the frame of its logger:
/// time="…" level=fatal msg="…".
[[nodiscard]] std::string program_message(std::string_view text);

} // namespace troupe::policies::oci
