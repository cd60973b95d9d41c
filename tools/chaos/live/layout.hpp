#pragma once
#include "policies/chaos/scenario.hpp"
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

/// The machine of a live run: one namespace of the network for each host, and one with the bridge between them, so that
/// no interface of a run is seen outside. Commands are made here and carried out elsewhere.
namespace troupe::tools::chaos::live {

using words = std::vector<std::string>;

[[nodiscard]] std::string namespace_prefix(std::string_view id);
/// Of host 1 to n; 0: the bridge's.
[[nodiscard]] std::string namespace_of(std::string_view id, std::uint64_t node);
/// Of the temporary directory.
[[nodiscard]] std::string folder_name(std::string_view id);
/// "10.77.0.11" and so on; 0: the bridge's, from which clients ask.
[[nodiscard]] std::string address_of(std::uint64_t node);
/// The bridge's end of the host's wire.
[[nodiscard]] std::string port_of(std::uint64_t node);

/// What makes the network, in this order.
[[nodiscard]] std::vector<words> network_commands(std::string_view id, std::uint64_t hosts);
/// A command as it runs on a host: with its network, name, `/run` and files of `folder`/etc. It becomes the command
/// itself, so that signals reach it.
[[nodiscard]] words on_host(std::string_view id, std::uint64_t node, const std::string& name, const std::string& folder,
                            const words& command);
[[nodiscard]] words within(std::string_view name_space, const words& command);

} // namespace troupe::tools::chaos::live
