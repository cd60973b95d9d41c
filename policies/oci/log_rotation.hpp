#pragma once
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

/// Which files a container's log consists of and what becomes of the old ones (kubelet's container log manager):
///
///   0.log                      what the container writes now
///   0.log.20261122-160228      the newest rotated one, plain, as readers may still be at it
///   0.log.20261122-155910.gz   older ones
namespace troupe::policies::oci {

/// What to do before the present file is renamed; all are names in the log's directory.
struct rotation_plan {
  std::vector<std::string> remove;   ///< too many, half made, or compressed already
  std::vector<std::string> compress; ///< to "<name>.gz"
};

/// `names` is the directory's content, `log` the name of the present file. Of `keep` files in all one is the present
/// one and one that which it becomes.
[[nodiscard]] rotation_plan plan_rotation(const std::vector<std::string>& names, std::string_view log,
                                          std::uint32_t keep);

/// The name that the present file gets; `time` as "2026-11-22T16:02:28Z".
[[nodiscard]] std::string rotated_name(std::string_view log, std::string_view time);

} // namespace troupe::policies::oci
