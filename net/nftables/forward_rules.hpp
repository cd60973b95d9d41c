#pragma once
#include <cstdint>
#include <string>
#include <string_view>
#include <tl/expected.hpp>
#include <vector>

/// A machine that is no router by default drops what it forwards: programs like Docker set the policy of the chain
/// FORWARD of iptables so. No table of ours can undo that; what pods send and get has to be accepted there, by rules
/// that carry our name.
namespace troupe::net::nftables {

/// What a listing of that chain, with handles, says.
struct forward_chain {
  bool drops = false; ///< what no rule accepts
  struct rule {
    std::uint64_t handle = 0;
    std::string text; ///< as it was written: without counts and comment
  };
  std::vector<rule> ours; ///< rules with the comment
};
[[nodiscard]] forward_chain parse_forward_chain(std::string_view listing, std::string_view comment);

/// Commands that make the chain accept a range of pods if it drops by default, and have none of our rules if not.
/// Empty if all is as it should be. An empty range: no rules.
[[nodiscard]] std::string fix_forward_chain(const forward_chain& chain, std::string_view pods,
                                            std::string_view comment);

/// Does so in the kernel, with the comment "troupe-<instance>"; fine if there is no such chain. Blocks. Whether
/// something was changed.
[[nodiscard]] tl::expected<bool, std::string> accept_forwarded(std::string_view instance, std::string_view pods);

} // namespace troupe::net::nftables
