#pragma once
#include <cstddef>

/// What of this process is kept in memory.
namespace troupe::tools {

/// Gives back what only the start needed: free memory of the allocator, and the pages of the program and its libraries
/// that nobody will run or read again, which the kernel keeps in its cache and brings back where they are used. Takes
/// a few milliseconds, any thread may run meanwhile; worth it once, when the process has come to rest.
/// Answers how many bytes of program and libraries it has let go of, resident or not.
std::size_t release_start_memory();

} // namespace troupe::tools
