#pragma once
#include "policies/oci/config.hpp"
#include <cstdint>
#include <string>
#include <string_view>
#include <tl/expected.hpp>
#include <vector>

namespace troupe::policies::oci {

/// As whom a process runs.
struct identity {
  std::uint32_t uid = 0, gid = 0;
  std::vector<std::uint32_t> groups; ///< supplementary, without duplicates, sorted
};

/// Works out the user: the security context goes before the image's `user` ("name", "uid", either with ":group").
/// `passwd` and `group` are the contents of the image's files, empty where there are none. Groups that the image lists
/// for the user are added (supplementalGroupsPolicy: Merge). Fails for a name that the files do not have.
[[nodiscard]] tl::expected<identity, std::string> resolve_identity(std::string_view image_user, const security& secure,
                                                                   std::string_view passwd, std::string_view group);

} // namespace troupe::policies::oci
