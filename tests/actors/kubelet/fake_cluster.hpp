#pragma once
#include "actors/apiserver/interface.hpp"
#include "actors/mirror/interface.hpp"
#include <caf/actor.hpp>
#include <map>
#include <string>
#include <vector>

namespace troupe::actors::kubelet::testing {

/// The API as far as a kubelet sees it: objects by "resource/ns/name", mirrors that tell each change at once.
struct fake_cluster {
  std::map<std::string, api::object_ptr> objects;
  std::vector<apiserver::call> calls;
  std::vector<caf::actor> watchers[4];  ///< of pods, configmaps, secrets, services
  std::int64_t revision = 100;
  int fail_next = 0;                    ///< so many calls are answered with 500
  int tokens = 0;

  void put(const std::string& resource, api::json::object body);
  void remove(const std::string& resource, const api::object_key& key);
  void tell(const std::string& resource, object_handle before, object_handle after);
  apiserver::reply answer(const apiserver::call& c);
  [[nodiscard]] int count(apiserver::verb what, const std::string& resource, const std::string& subresource = {}) const;
};

} // namespace troupe::actors::kubelet::testing
