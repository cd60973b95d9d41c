#pragma once
#include <string_view>

namespace troupe::actors::runtime {

/// The program of pause/pause.c, linked into this one.
[[nodiscard]] std::string_view pause_program();

} // namespace troupe::actors::runtime
