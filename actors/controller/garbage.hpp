#pragma once
#include "actors/controller/controller.hpp"
#include "policies/controllers/garbage.hpp"

namespace troupe::actors::controller {

/// The garbage collector: the graph of owners over all types, worked off by uid. Its plans may first ask the API server
/// whether an owner that no mirror shows is really gone.
struct garbage_state {
  static inline const char* name = "garbage_collector";
  using self_pointer = stateful<garbage_state>*;
  explicit garbage_state(self_pointer s) : self(s) {}

  void changed(const mirror::update& u);
  void pump();
  void work(const std::string& uid);
  void verify(const std::string& uid, std::vector<controllers::owner_reference> owners, std::string ns);
  void run(const std::string& uid, std::shared_ptr<const controllers::plan> p, std::size_t batch);
  void done(const std::string& uid, bool ok);

  self_pointer self;
  environment_ptr env;
  controller_config config;
  apiserver::apiserver_actor api;
  controllers::owner_graph graph;
  std::set<std::string, std::less<>> absent;      ///< owners that a read has shown to be gone
  std::set<api::group_resource> seen, expected;
  policies::queueing::retry_queue<std::string> queue;
  std::size_t in_work = 0;
  bool armed = false;
};

caf::behavior garbage_collector(garbage_state::self_pointer self, environment_ptr env,
                                directory::directory_actor directory, controller_config config);

} // namespace troupe::actors::controller
