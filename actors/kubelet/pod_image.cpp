#include "actors/kubelet/pod.hpp"
#include "policies/node/image_pull.hpp"
#include "policies/node/pull_secret.hpp"
#include <algorithm>
#include <fmt/format.h>

namespace troupe::actors::kubelet {

namespace node = policies::node;

namespace {
/// How long a failed pull shows its error before the status says that the kubelet backs off.
constexpr api::duration error_shown = std::chrono::seconds(5);
constexpr api::duration name_pause = std::chrono::seconds(60), image_pause = std::chrono::seconds(10);

std::string image_of(const api::object& pod, const std::string& container) {
  auto c = node::container_named(pod, container);
  return c.spec ? std::string(api::string_at(*c.spec, {"image"})) : std::string();
}
} // namespace

void pod_state::find_image(const start_ptr& job) {
  auto image = image_of(*pod, job->container);
  if (auto problem = node::image_name_problem(image)) {
    event(true, problem->event_reason, problem->event_message, job->container);
    event(true, "Failed", "Error: " + problem->reason, job->container);
    return start_failed(job, problem->reason, problem->message, name_pause);
  }
  self->request(ctx->config.runtime.images, ctx->config.runtime_timeout, status_atom::value, image)
    .then(
      [this, job, image](const shared<runtime::image_info>& present) {
        if (!still_wanted(job)) return;
        auto c = node::container_named(*pod, job->container);
        auto policy = c.spec ? api::string_at(*c.spec, {"imagePullPolicy"}) : std::string_view{};
        switch (node::image_step_for(policy, image, static_cast<bool>(present))) {
          case node::image_step::use:
            job->image = *present;
            event(false, "Pulled", node::present_text(image), job->container);
            return prepare_container(job);
          case node::image_step::pull: return pull_image(job);
          case node::image_step::never: {
            auto problem = node::image_never_pull(image);
            event(true, problem.event_reason, problem.event_message, job->container);
            event(true, "Failed", "Error: " + problem.reason, job->container);
            return start_failed(job, problem.reason, problem.message, image_pause);
          }
        }
      },
      [this, job](caf::error& e) {
        auto text = user_text(e);
        event(true, "Failed", "Error: ImageInspectError", job->container);
        start_failed(job, "ImageInspectError", text, image_pause);
      });
}

void pod_state::pull_image(const start_ptr& job) {
  auto image = image_of(*pod, job->container);
  runtime::pull_request request{image, {}};
  if (job->found)
    for (auto& secret : job->found->secrets)
      for (auto& [user, password] : node::pull_credentials(*secret.second, image))
        request.secrets.push_back({user, password});
  event(false, "Pulling", node::pulling_text(image), job->container);
  auto asked = now();
  // The puller has its own limit; this one only ends a wait for a puller that died.
  self->request(ctx->puller, std::chrono::minutes(60), runtime::pull_atom::value, share(std::move(request)))
    .then(
      [this, job, image, asked](const shared<pulled_image>& pulled) {
        if (!still_wanted(job)) return;
        record_of(job->container).pull.reset();
        job->image = pulled->image;
        event(false, "Pulled",
              node::pulled_text(image, api::duration(pulled->pull_us), now() - asked, pulled->image.size_bytes),
              job->container);
        prepare_container(job);
      },
      [this, job](caf::error& e) { pull_failed(job, user_text(e)); });
}

void pod_state::pull_failed(const start_ptr& job, const std::string& error) {
  auto problem = node::image_pull_failed(image_of(*pod, job->container), error);
  event(true, problem.event_reason, problem.event_message, job->container);
  event(true, "Failed", "Error: " + problem.reason, job->container);
  auto& back = record_of(job->container).pull;
  back.next(now(), now());
  start_failed(job, problem.reason, problem.message, back.delay);
  wake_at(now() + error_shown);
}

void pod_state::age_pull_errors() {
  for (auto& [container, r] : record.containers) {
    if (r.waiting_reason != "ErrImagePull" || r.busy) continue;
    auto shown_until = r.pull.updated + error_shown;
    if (now() < shown_until) {
      wake_at(shown_until);
      continue;
    }
    auto problem = node::image_pull_back_off(image_of(*pod, container), r.waiting_message);
    event(false, problem.event_reason, problem.event_message, container);
    event(true, "Failed", "Error: " + problem.reason, container);
    r.waiting_reason = problem.reason;
    r.waiting_message = problem.message;
  }
}

} // namespace troupe::actors::kubelet
