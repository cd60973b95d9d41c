#pragma once
#include "tools/chaos/live/watch_record.hpp"
#include <string>
#include <tl/expected.hpp>
#include <vector>

/// What must hold, of what clients were answered and watches told.
namespace troupe::tools::chaos::live {

/// What the ledger is told at the end.
struct written {
  std::string key, token;
  std::int64_t at = 0, after = 0;
};

/// What is wrong, and the check that says so.
struct finding {
  std::string check, wrong;
};

/// Of the config maps: the record of their watches up to a revision, and the writes of the clients. An error, a
/// sentence: the record is not enough to tell.
[[nodiscard]] tl::expected<std::vector<finding>, std::string> judge_writes(const watch_record& record,
                                                                           watch_record::revision upto,
                                                                           const std::vector<written>& acknowledged,
                                                                           const std::vector<written>& refused);

/// Of config maps with finalizers: when each was to lose them, by key; 0: never. What goes before is wrong.
[[nodiscard]] std::vector<finding> judge_finalizers(const watch_record& record,
                                                    const std::map<std::string, std::uint64_t>& released_ms);

struct objects_verdict {
  std::vector<finding> wrong;
  std::size_t bound = 0; ///< pods
};
/// Of pods, deployments and replica sets; the records are those of all watched types.
[[nodiscard]] objects_verdict judge_objects(const std::vector<watch_record>& records);

} // namespace troupe::tools::chaos::live
