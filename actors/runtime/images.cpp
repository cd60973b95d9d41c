#include "actors/runtime/images.hpp"
#include "actors/base/error.hpp"
#include "actors/runtime/answer.hpp"

namespace troupe::actors::runtime {

using then = std::function<void()>;
using job_work = std::function<then()>;

namespace {

/// Pulls at a time and one thread more for what is quick.
constexpr std::uint32_t image_workers = 3;

/// Runs `verb` in a lane and answers with what it gives.
template <class T, class Verb> caf::result<T> in_lane(images_state& s, const std::string& lane, Verb verb) {
  auto answer = s.self->make_response_promise<T>();
  s.pool->submit(lane, [=, store = s.store]() -> job_work {
    return [=]() -> then {
      auto done = verb(*store);
      return [=]() mutable {
        if (!done)
          answer.deliver(make_error(errc::runtime_failed, done.error()));
        else if constexpr (std::is_same_v<T, void>)
          fulfil(answer);
        else
          answer.deliver(*done);
      };
    };
  });
  return answer;
}

template <class T> using outcome = tl::expected<T, std::string>;

} // namespace

caf::result<shared<image_info>> images_state::pull(const shared<pull_request>& request) {
  auto ref = policies::oci::parse_reference(request->image);
  auto lane = ref ? ref->text() : request->image;
  return in_lane<shared<image_info>>(*this, lane, [=](image_store& s) -> outcome<shared<image_info>> {
    auto image = s.pull(*request);
    if (!image) return tl::unexpected(image.error());
    return share(image->info());
  });
}

images_actor::behavior_type images(images_state::self_pointer self, std::shared_ptr<image_store> store,
                                   environment_ptr env) {
  self->state.store = std::move(store);
  self->state.pool.emplace(self, *env, image_workers);
  return {
    [=](load_atom, const std::string& path) {
      return in_lane<std::vector<std::string>>(self->state, "load", [=](image_store& s) { return s.load(path); });
    },
    [=](list_atom) {
      using list = std::vector<image_info>;
      return in_lane<shared<list>>(self->state, "read", [](image_store& s) -> outcome<shared<list>> {
        list out;
        for (auto& i : s.list()) out.push_back(i.info());
        return share(std::move(out));
      });
    },
    [=](pull_atom, const shared<pull_request>& request) { return self->state.pull(request); },
    [=](status_atom, const std::string& text) {
      return in_lane<shared<image_info>>(self->state, "read", [=](image_store& s) -> outcome<shared<image_info>> {
        auto found = s.find(text);
        return found ? share(found->info()) : shared<image_info>{};
      });
    },
    [=](remove_atom, const std::string& text) {
      return in_lane<void>(self->state, "remove", [=](image_store& s) { return s.remove(text); });
    },
    [=](stats_atom) {
      return in_lane<disk_usage>(self->state, "usage", [](image_store& s) -> outcome<disk_usage> { return s.usage(); });
    },
    [=](done_atom, std::uint32_t worker, const std::string& lane, const continuation& next) {
      self->state.pool->done(worker, lane, next);
    },
  };
}

} // namespace troupe::actors::runtime
