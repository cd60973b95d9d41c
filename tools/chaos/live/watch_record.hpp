#pragma once
#include "policies/chaos/history.hpp"
#include <cstdint>
#include <map>
#include <string>
#include <vector>

namespace troupe::tools::chaos::live {

/// What the watches of one type told through all API servers, put together. A watch that is resumed where it ended is
/// one span; one that begins with a list is another.
class watch_record {
public:
  using revision = policies::chaos::revision;
  struct entry {
    policies::chaos::change what;
    std::uint64_t seen_ms = 0; ///< first
  };

  /// A watch of everything after `from`; the number of its span.
  [[nodiscard]] std::size_t begin(std::string who, revision from);
  /// A sentence about what is wrong, or nothing.
  [[nodiscard]] std::string told(std::size_t span, const policies::chaos::change& c, std::uint64_t now_ms);
  /// A bookmark: everything up to it was told.
  [[nodiscard]] std::string reached(std::size_t span, revision upto);
  [[nodiscard]] revision upto(std::size_t span) const { return spans_[span].upto; }

  /// Every span has told all changes of its time that any other has told.
  [[nodiscard]] std::string verify() const;
  /// Whether some span has told each change after `from` up to `to`.
  [[nodiscard]] bool covers(revision from, revision to) const;
  [[nodiscard]] const std::map<std::pair<revision, std::string>, entry>& all() const noexcept { return all_; }

private:
  struct stretch {
    std::string who;
    revision from = 0, upto = 0;
    std::vector<std::pair<revision, std::string>> told;
  };
  std::vector<stretch> spans_;
  std::map<std::pair<revision, std::string>, entry> all_;
};

} // namespace troupe::tools::chaos::live
