#pragma once
#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

/// What was seen of a cluster, and whether all of it can be true together. Every function that takes something in
/// answers what is wrong with it: a sentence, or nothing.
namespace troupe::policies::chaos {

using revision = std::int64_t;

/// One change of one key of the store, as a watch of everything told it.
struct change {
  revision at = 0;
  std::string key;
  std::shared_ptr<const std::string> value; ///< null: the key is gone
};

/// The history of the store as its members tell it. Every member must tell the same one, in order, without a gap.
class store_history {
public:
  /// The next change that member `who` tells.
  [[nodiscard]] std::string told(std::uint64_t who, const change& c);
  /// The last revision that a member has told completely; 0 before the first.
  [[nodiscard]] revision told_by(std::uint64_t who) const;
  [[nodiscard]] const std::vector<change>& all() const noexcept { return all_; }
  /// What the key was as of the end.
  [[nodiscard]] const change* last(const std::string& key) const;
  /// The keys below a prefix that are there as of the end, in their order.
  [[nodiscard]] std::vector<const change*> below(const std::string& prefix) const;
  /// The last change of the key before that revision.
  [[nodiscard]] const change* before(const std::string& key, revision r) const;
  /// The change of the key at that revision.
  [[nodiscard]] const change* at(const std::string& key, revision r) const;

private:
  std::vector<change> all_;
  std::map<std::uint64_t, std::size_t> upto_; ///< how many of `all_` each member has told
  std::map<std::string, std::vector<std::size_t>> by_key_;
};

/// Writes that were acknowledged must be in the history, at the revision of their answer, with what they wrote; writes
/// that were refused must not.
class write_ledger {
public:
  /// `after`: the write was asked for on condition that this is the key's last change; 0: on none.
  void acknowledged(std::string key, revision at, std::string token, revision after = 0) {
    done_.push_back({std::move(key), at, std::move(token), after});
  }
  void refused(std::string key, std::string token) { not_done_.push_back({std::move(key), 0, std::move(token), 0}); }
  [[nodiscard]] std::string verify(const store_history& h) const;
  [[nodiscard]] std::size_t size() const noexcept { return done_.size(); }

private:
  struct entry {
    std::string key;
    revision at;
    std::string token; ///< a text that only this write has put there
    revision after;
  };
  std::vector<entry> done_, not_done_;
};

/// At most one leader a term.
class leader_record {
public:
  [[nodiscard]] std::string leads(std::uint64_t term, std::uint64_t who);
  [[nodiscard]] std::size_t terms() const noexcept { return by_term_.size(); }

private:
  std::map<std::uint64_t, std::uint64_t> by_term_;
};

/// A pod is bound to one node, once, and its name is not another's while it is there.
class binding_record {
public:
  /// A stored pod changed; null: it is gone.
  [[nodiscard]] std::string changed(const std::string& key, const std::string* pod);
  [[nodiscard]] std::size_t bound() const noexcept { return bound_; }

private:
  struct pod_state {
    std::string uid, node;
  };
  std::map<std::string, pod_state> pods_;
  std::size_t bound_ = 0;
};

} // namespace troupe::policies::chaos
