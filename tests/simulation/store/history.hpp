#pragma once
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

/// What clients of a store saw, and whether it can be true. The store names its own order, the revisions, so there is
/// nothing to search for: every answer is checked against the state at its revision, and the revisions against time.
namespace troupe::tests::simulation {

using revision = std::int64_t;

/// One client's transaction: if every key of `compares` has that mod revision (0: does not exist), write, else only
/// look. A plain read has neither compares nor writes.
struct operation {
  enum class fate : std::uint8_t {
    unknown,      ///< it may have happened, or still happen
    acknowledged, ///< with an answer
    refused,      ///< the store said that nothing happened
  };
  struct seen {
    std::string key, value;
    revision mod = 0; ///< 0: the key does not exist
  };
  std::uint64_t client = 0;
  std::uint64_t invoked = 0, completed = 0; ///< virtual time; `completed` of acknowledged ones only
  std::map<std::string, revision> compares;
  std::map<std::string, std::string> writes; ///< no value is ever written twice
  fate how = fate::unknown;
  bool succeeded = true; ///< acknowledged: the compares held
  revision at = 0;       ///< acknowledged: the answer's revision
  std::vector<seen> reads;

  [[nodiscard]] bool wrote() const { return succeeded && !writes.empty(); }
};

/// One change of one key, as a watch told it.
struct change {
  revision at = 0;
  std::string key, value;
  bool operator==(const change&) const = default;
};

/// Empty if all of it can be true together: strict serializability, no acknowledged write lost, nothing done twice,
/// nothing done that was refused. `changes`: the whole history of the store, from a watch of everything.
[[nodiscard]] std::string wrong_with(const std::vector<operation>& operations, const std::vector<change>& changes);

/// Empty if a watch that began with the store may tell this: each revision once, in order, without a gap.
[[nodiscard]] std::string wrong_with(const std::vector<change>& changes);

} // namespace troupe::tests::simulation
