#pragma once
#include <cstdint>

namespace troupe::actors {

/// The actor systems that are made from now on are those of the process of that number, so that a simulation looks the
/// same in every run. 0: back to a random number for each.
void simulate_process(std::uint32_t number) noexcept;

} // namespace troupe::actors
