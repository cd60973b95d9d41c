#include "policies/schema/embedded_tables.hpp"
#include <array>

// The assembler copies the files as they are: nothing to generate, and nothing for the compiler to parse.
#define TROUPE_EMBED(NAME)                                                                                             \
  asm(".pushsection .rodata\n"                                                                                         \
      "troupe_schema_" #NAME ":\n.incbin \"" TROUPE_SCHEMA_TABLES "/" #NAME ".json\"\n"                                \
      "troupe_schema_" #NAME "_end:\n.byte 0\n.popsection\n");                                                         \
  extern "C" const char troupe_schema_##NAME[];                                                                        \
  extern "C" const char troupe_schema_##NAME##_end[];

#define TROUPE_EMBEDDED(NAME)                                                                                          \
  std::string_view(troupe_schema_##NAME, static_cast<std::size_t>(troupe_schema_##NAME##_end - troupe_schema_##NAME))

TROUPE_EMBED(meta)
TROUPE_EMBED(core)
TROUPE_EMBED(apps)
TROUPE_EMBED(authentication)
TROUPE_EMBED(authorization)
TROUPE_EMBED(autoscaling)
TROUPE_EMBED(batch)
TROUPE_EMBED(certificates)
TROUPE_EMBED(coordination)
TROUPE_EMBED(discovery)
TROUPE_EMBED(events)
TROUPE_EMBED(networking)
TROUPE_EMBED(node)
TROUPE_EMBED(policy)
TROUPE_EMBED(rbac)
TROUPE_EMBED(scheduling)
TROUPE_EMBED(storage)
TROUPE_EMBED(resources)
TROUPE_EMBED(descriptions)

namespace troupe::policies::schema {

std::span<const embedded_table> type_tables() noexcept {
  static const std::array<embedded_table, 17> all{{
      {"meta", TROUPE_EMBEDDED(meta)},
      {"core", TROUPE_EMBEDDED(core)},
      {"apps", TROUPE_EMBEDDED(apps)},
      {"authentication", TROUPE_EMBEDDED(authentication)},
      {"authorization", TROUPE_EMBEDDED(authorization)},
      {"autoscaling", TROUPE_EMBEDDED(autoscaling)},
      {"batch", TROUPE_EMBEDDED(batch)},
      {"certificates", TROUPE_EMBEDDED(certificates)},
      {"coordination", TROUPE_EMBEDDED(coordination)},
      {"discovery", TROUPE_EMBEDDED(discovery)},
      {"events", TROUPE_EMBEDDED(events)},
      {"networking", TROUPE_EMBEDDED(networking)},
      {"node", TROUPE_EMBEDDED(node)},
      {"policy", TROUPE_EMBEDDED(policy)},
      {"rbac", TROUPE_EMBEDDED(rbac)},
      {"scheduling", TROUPE_EMBEDDED(scheduling)},
      {"storage", TROUPE_EMBEDDED(storage)},
  }};
  return all;
}

std::string_view resource_table() noexcept { return TROUPE_EMBEDDED(resources); }
std::string_view description_table() noexcept { return TROUPE_EMBEDDED(descriptions); }

} // namespace troupe::policies::schema
