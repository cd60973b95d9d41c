#pragma once
#include "actors/apiserver/interface.hpp"
#include "actors/base/spawn.hpp"
#include "policies/api/object.hpp"
#include <caf/typed_response_promise.hpp>
#include <deque>
#include <vector>

namespace troupe::actors {

/// What the fake API server was asked, and how it answers.
struct api_log {
  std::vector<apiserver::call> calls;
  std::deque<int> codes; ///< answers to come; 201 when empty
  bool silent = false;   ///< never answer
};

struct fake_api_state {
  static inline const char* name = "fake_api";
};

/// Answers every call with the next code of the log; a refusal carries a Status.
inline apiserver::apiserver_actor::behavior_type
fake_api(stateful<fake_api_state, apiserver::apiserver_actor::base>* self, api_log* log) {
  return {[self, log](call_atom, const shared<apiserver::call>& c) -> caf::result<shared<apiserver::reply>> {
    log->calls.push_back(*c);
    if (log->silent) return self->make_response_promise<shared<apiserver::reply>>();
    apiserver::reply r;
    r.code = 201;
    if (!log->codes.empty()) {
      r.code = log->codes.front();
      log->codes.pop_front();
    }
    if (!r.ok())
      r.object = api::object::make({{"kind", "Status"}, {"metadata", api::json::object{}}, {"message", "refused"}});
    return share(std::move(r));
  }};
}

} // namespace troupe::actors
