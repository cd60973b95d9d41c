#pragma once
#include "policies/api/json.hpp"
#include <cstdint>
#include <deque>
#include <map>
#include <string>
#include <utility>

/// What must hold of an object from one revision to the next. Every function answers a sentence about what is wrong, or
/// nothing.
namespace troupe::policies::chaos {

/// Nobody takes what another controller owns.
class owner_record {
public:
  /// A stored object changed; null: it is gone.
  [[nodiscard]] std::string changed(const std::string& key, const api::json::object* now);

private:
  struct owned {
    std::string uid, controller;
  };
  std::map<std::string, owned> all_;
};

/// The replica sets of a deployment never ask for more pods than it wants and its surge allows. What it wanted before
/// counts as long as its controller may not have seen the change: until `observedGeneration` has passed it, and then
/// for as long as a request of before may be late.
class surge_record {
public:
  /// How long a request may be under way, in milliseconds; 0 unless said.
  void late(std::uint64_t ms) noexcept { late_ms_ = ms; }
  [[nodiscard]] std::string deployment_changed(const api::json::object* was, const api::json::object* now,
                                               std::uint64_t now_ms);
  [[nodiscard]] std::string replica_set_changed(const std::string& key, const api::json::object* now);

private:
  struct size {
    std::int64_t generation = 0, most = 0; ///< number of pods
    std::uint64_t since_ms = 0;
  };
  struct wanted {
    std::string name;
    std::deque<size> sizes; ///< in the order of their generations
  };
  struct part {
    std::string deployment;
    std::int64_t replicas = 0;
  };
  std::map<std::string, wanted> deployments_; ///< by uid
  std::map<std::string, part> parts_;         ///< replica sets by key
  std::uint64_t late_ms_ = 0;
};

/// Of two following states of an object whose `data` has a field for each client: a client's write changes its own
/// field only, so more changes are an update that was lost.
[[nodiscard]] std::string lost_update(const api::json::object& was, const api::json::object& now);

} // namespace troupe::policies::chaos
