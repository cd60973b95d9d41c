#pragma once
#include "actors/base/environment.hpp"
#include "actors/base/spawn.hpp"
#include "actors/runtime/interface.hpp"
#include <caf/typed_event_based_actor.hpp>
#include <caf/typed_response_promise.hpp>
#include <deque>
#include <map>
#include <string>
#include <vector>

namespace troupe::actors::kubelet {

/// An image that was pulled, and how long that took without the time in the queue.
struct pulled_image {
  runtime::image_info image;
  std::int64_t pull_us = 0;
};

/// Pulls images one after another per name, and no more than a few at once. One per runtime.
using puller_actor =
  caf::typed_actor<caf::replies_to<runtime::pull_atom, shared<runtime::pull_request>>::with<shared<pulled_image>>>;

struct puller_config {
  std::size_t pulls_max = 4;                             ///< at the same time
  caf::timespan pull_timeout = std::chrono::minutes(30); ///< of one pull
};

struct puller_state {
  static inline const char* name = "image_puller";
  using self_pointer = stateful<puller_state, puller_actor::base>*;
  explicit puller_state(self_pointer s) : self(s) {}

  struct pull_job {
    shared<runtime::pull_request> request;
    std::vector<caf::typed_response_promise<shared<pulled_image>>> waiting;
  };
  caf::result<shared<pulled_image>> pull(const shared<runtime::pull_request>& request);
  void next();
  void finish(const std::string& image, const shared<pulled_image>& result, caf::error problem);

  self_pointer self;
  environment_ptr env;
  runtime::image_actor images;
  puller_config config;
  std::map<std::string, pull_job> running; ///< by image name
  std::deque<pull_job> queue;              ///< names that are not running, each once
};

puller_actor::behavior_type puller(puller_state::self_pointer self, environment_ptr env, runtime::image_actor images,
                                   puller_config config);

template <class Inspector> typename Inspector::result_type inspect(Inspector& f, pulled_image& x) {
  return f(caf::meta::type_name("pulled"), x.image, x.pull_us);
}

} // namespace troupe::actors::kubelet
