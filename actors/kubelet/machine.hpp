#pragma once
#include "policies/node/node_object.hpp"
#include <string>

namespace troupe::actors::kubelet {

/// What this machine has, read from the kernel: processors, memory, the disk under `data_dir`, kernel and system names
/// and ids. Name, addresses and versions are the caller's to fill in. Blocks for a moment.
[[nodiscard]] policies::node::node_facts machine_facts(const std::string& data_dir);

/// The text of a small file; empty if it cannot be read.
[[nodiscard]] std::string text_of_file(const std::string& path);

} // namespace troupe::actors::kubelet
