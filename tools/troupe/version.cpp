#include "tools/troupe/version.hpp"
#include "policies/api/json.hpp"

namespace troupe::tools {

std::string program_version() { return TROUPE_VERSION; }

std::string version_document() {
  return api::json::serialize(api::json::object{{"major", "1"},
                                                {"minor", "32"},
                                                {"gitVersion", "v1.32.0+troupe-" TROUPE_VERSION},
                                                {"gitCommit", ""},
                                                {"gitTreeState", "clean"},
                                                {"buildDate", "1970-01-01T00:00:00Z"},
                                                {"goVersion", "none"},
                                                {"compiler", "gcc"},
                                                {"platform", "linux/amd64"}});
}

} // namespace troupe::tools
