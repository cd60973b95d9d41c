#include "actors/runtime/pause.hpp"

// TROUPE_PAUSE_PROGRAM is the path of the compiled pause/pause.c.
__asm__(".section .rodata\n"
        ".global troupe_pause_begin\n"
        ".global troupe_pause_end\n"
        "troupe_pause_begin:\n"
        ".incbin \"" TROUPE_PAUSE_PROGRAM "\"\n"
        "troupe_pause_end:\n"
        ".byte 0\n"
        ".previous\n");

extern "C" const char troupe_pause_begin[];
extern "C" const char troupe_pause_end[];

namespace troupe::actors::runtime {

std::string_view pause_program() {
  return {troupe_pause_begin, static_cast<std::size_t>(troupe_pause_end - troupe_pause_begin)};
}

} // namespace troupe::actors::runtime
