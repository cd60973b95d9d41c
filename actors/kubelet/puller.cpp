#include "actors/kubelet/puller.hpp"
#include <algorithm>

namespace troupe::actors::kubelet {

caf::result<shared<pulled_image>> puller_state::pull(const shared<runtime::pull_request>& request) {
  auto promise = self->make_response_promise<shared<pulled_image>>();
  if (auto found = running.find(request->image); found != running.end()) {
    found->second.waiting.push_back(promise);
    return promise;
  }
  auto queued = std::find_if(queue.begin(), queue.end(), [&](auto& j) { return j.request->image == request->image; });
  if (queued != queue.end())
    queued->waiting.push_back(promise);
  else
    queue.push_back({request, {promise}});
  next();
  return promise;
}

void puller_state::next() {
  while (running.size() < config.pulls_max && !queue.empty()) {
    auto image = queue.front().request->image;
    auto& job = running.emplace(image, std::move(queue.front())).first->second;
    queue.pop_front();
    auto begin = env->now();
    self->request(images, config.pull_timeout, runtime::pull_atom::value, job.request)
      .then(
        [this, image, begin](const shared<runtime::image_info>& info) {
          finish(image, share(pulled_image{*info, (env->now() - begin).count()}), {});
        },
        [this, image](caf::error& problem) { finish(image, {}, std::move(problem)); });
  }
}

void puller_state::finish(const std::string& image, const shared<pulled_image>& result, caf::error problem) {
  auto node = running.extract(image);
  if (node.empty()) return;
  for (auto& promise : node.mapped().waiting) {
    if (result)
      promise.deliver(result);
    else
      promise.deliver(problem);
  }
  next();
}

puller_actor::behavior_type puller(puller_state::self_pointer self, environment_ptr env, runtime::image_actor images,
                                   puller_config config) {
  auto& s = self->state;
  s.env = std::move(env);
  s.images = std::move(images);
  s.config = config;
  return {[self](runtime::pull_atom, const shared<runtime::pull_request>& r) { return self->state.pull(r); }};
}

} // namespace troupe::actors::kubelet
