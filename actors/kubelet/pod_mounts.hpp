#pragma once
#include <string>

namespace troupe::actors::kubelet {

/// Takes off all mounts at and below an existing directory: tmpfs volumes, pinned sub paths. Throws what is left.
void unmount_below(const std::string& path);

} // namespace troupe::actors::kubelet
