#pragma once
#include "actors/apiserver/interface.hpp"
#include "actors/base/environment.hpp"
#include "actors/base/spawn.hpp"
#include "actors/directory/interface.hpp"
#include "actors/events/interface.hpp"
#include "policies/node/event_correlator.hpp"
#include <caf/typed_event_based_actor.hpp>
#include <deque>

namespace troupe::actors::events {

struct recorder_config {
  std::size_t in_flight_max = 16;  ///< writes that wait for the API server
  std::size_t waiting_max = 1000;  ///< reports that wait to be written; more are dropped
  int tries_max = 12;              ///< of one write, as client-go
  caf::timespan call_timeout = std::chrono::seconds(5);
  caf::timespan retry_after = std::chrono::seconds(10);
};

struct recorder_state {
  static inline const char* name = "event_recorder";
  using self_pointer = stateful<recorder_state, recorder_actor::base>*;
  explicit recorder_state(self_pointer s) : self(s) {}

  struct pending {
    apiserver::user who;
    policies::node::event_write write;
    int tries = 0;
  };

  void record(const report& r);
  void push();
  void send(pending p);
  void finished(pending& p, const apiserver::reply& reply);
  void failed(pending& p);

  self_pointer self;
  environment_ptr env;
  recorder_config config;
  apiserver::apiserver_actor api; ///< null while there is no API server
  policies::node::event_correlator correlator;
  std::deque<pending> waiting;
  std::size_t in_flight = 0;
  std::uint64_t dropped = 0;
  bool retry_armed = false;
};

/// `system.spawn(recorder, env, directory, recorder_config{})`.
recorder_actor::behavior_type recorder(recorder_state::self_pointer self, environment_ptr env,
                                       directory::directory_actor dir, recorder_config config);

/// Sends a report about `object`, or about the part at `field_path`, to the recorder; nothing where there is none.
void record(const recorder_actor& to, const apiserver::user& who, std::string_view component, std::string_view host,
            const api::object& object, bool warning, std::string_view reason, std::string message,
            std::string_view field_path = {});

} // namespace troupe::actors::events
