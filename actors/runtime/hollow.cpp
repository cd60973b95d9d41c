#include "actors/runtime/hollow.hpp"
#include "actors/base/error.hpp"
#include "actors/runtime/hollow_pods.hpp"
#include "policies/oci/reference.hpp"
#include <caf/actor_system.hpp>
#include <caf/send.hpp>
#include <fmt/format.h>

namespace troupe::actors::runtime {

namespace oci = policies::oci;

namespace {

/// The same name always gives the same id, and different names different ones.
std::string hollow_digest(std::string_view text) {
  std::string out = "sha256:";
  for (std::uint64_t part = 0; part < 4; ++part) {
    std::uint64_t hash = 14695981039346656037ull ^ part; // FNV-1a
    for (unsigned char c : text) hash = (hash ^ c) * 1099511628211ull;
    out += fmt::format("{:016x}", hash);
  }
  return out;
}

constexpr std::uint64_t hollow_image_bytes = 10 * 1024 * 1024;

using hollow_images_actor = image_actor::extend<caf::reacts_to<tick_atom, std::uint64_t>>;

struct hollow_images_state {
  static inline const char* name = "hollow_images";
  using self_pointer = stateful<hollow_images_state, hollow_images_actor::base>*;
  using promise = caf::typed_response_promise<shared<image_info>>;
  std::map<std::string, shared<image_info>> images; ///< by full name
  std::map<std::uint64_t, std::pair<promise, shared<image_info>>> late; ///< answers that wait for their delay
  std::uint64_t tickets = 0;

  shared<image_info> add(const oci::reference& ref) {
    image_info out;
    out.id = hollow_digest(ref.text());
    if (!ref.tag.empty()) out.tags = {ref.name() + ":" + ref.tag};
    out.digests = {ref.name() + "@" + (ref.digest.empty() ? out.id : ref.digest)};
    out.size_bytes = hollow_image_bytes;
    return images[ref.text()] = share(std::move(out));
  }
  shared<image_info> find(const std::string& text) const {
    auto ref = oci::parse_reference(text);
    if (auto found = images.find(ref ? ref->text() : text); found != images.end()) return found->second;
    for (auto& [name_, image] : images)
      if (image->id == text) return image;
    return {};
  }
};

hollow_images_actor::behavior_type hollow_images(hollow_images_state::self_pointer self, caf::timespan delay) {
  return {
    [=](load_atom, const std::string& path) -> caf::result<std::vector<std::string>> {
      auto ref = oci::parse_reference(path.substr(path.rfind('/') + 1));
      if (!ref) return make_error(errc::invalid_argument, ref.error());
      self->state.add(*ref);
      return std::vector<std::string>{ref->text()};
    },
    [=](list_atom) {
      std::vector<image_info> out;
      for (auto& [name_, image] : self->state.images) out.push_back(*image);
      return share(std::move(out));
    },
    [=](pull_atom, const shared<pull_request>& request) -> caf::result<shared<image_info>> {
      auto ref = oci::parse_reference(request->image);
      if (!ref)
        return make_error(errc::runtime_failed,
                          fmt::format("couldn't parse image name \"{}\": {}", request->image, ref.error()));
      auto image = self->state.add(*ref);
      if (delay.count() == 0) return image;
      // The answer comes late, the image is there at once: nobody can tell the difference.
      auto answer = self->make_response_promise<shared<image_info>>();
      auto ticket = ++self->state.tickets;
      self->state.late.emplace(ticket, std::pair{answer, image});
      self->delayed_send(self, delay, tick_atom::value, ticket);
      return answer;
    },
    [=](tick_atom, std::uint64_t ticket) {
      auto found = self->state.late.find(ticket);
      found->second.first.deliver(found->second.second);
      self->state.late.erase(found);
    },
    [=](status_atom, const std::string& text) { return self->state.find(text); },
    [=](remove_atom, const std::string& text) {
      if (auto image = self->state.find(text))
        std::erase_if(self->state.images, [&](auto& e) { return e.second->id == image->id; });
    },
    [=](stats_atom) {
      disk_usage out;
      out.path = "/hollow";
      out.used_bytes = self->state.images.size() * hollow_image_bytes;
      out.capacity_bytes = 100ull << 30;
      out.available_bytes = out.capacity_bytes - std::min(out.capacity_bytes, out.used_bytes);
      out.capacity_inodes = out.available_inodes = 1'000'000;
      return out;
    },
  };
}

struct hollow_session_state {
  static inline const char* name = "hollow_session";
};

/// Says that nothing runs here and ends the session.
caf::behavior hollow_session(stateful<hollow_session_state>* self, shared<session_request> request, caf::actor client) {
  using streams::channel;
  auto& what = request->what;
  auto text = fmt::format("this node is hollow: container \"{}\" of pod \"{}\" does not really run\n", what.container,
                          what.pod);
  self->send(self, tick_atom::value);
  self->monitor(client);
  self->set_down_handler([=](caf::down_msg&) { self->quit(); });
  return {
    [=](tick_atom) {
      auto say = [&](channel c, std::string bytes) { self->send(client, data_atom::value, c, std::move(bytes)); };
      auto close = [&](channel c) { self->send(client, close_atom::value, c); };
      auto kind = request->what.what;
      if (kind == streams::kind::port_forward) {
        say(channel::status, text);
      } else {
        say(channel::out, text);
        close(channel::out);
        if (kind != streams::kind::logs) {
          close(channel::err);
          say(channel::status, R"({"metadata":{},"status":"Success"})");
        }
      }
      close(channel::status);
      self->quit();
    },
    [](data_atom, channel, const std::string&) {},
    [](credit_atom, std::uint32_t) {},
    [](close_atom, channel) {},
  };
}

struct hollow_sessions_state {
  static inline const char* name = "hollow_sessions";
  using self_pointer = stateful<hollow_sessions_state, session_actor::base>*;
};

session_actor::behavior_type hollow_sessions(hollow_sessions_state::self_pointer self) {
  return {[=](open_atom, const shared<session_request>& request, const caf::actor& client) -> caf::actor {
    return self->spawn(hollow_session, request, client);
  }};
}

} // namespace

handles spawn_hollow(caf::actor_system& system, environment_ptr env, hollow_config config) {
  auto delay = config.pull_delay;
  return {.pods = system.spawn(hollow_pods, std::move(env), std::move(config)),
          .images = system.spawn(hollow_images, delay),
          .sessions = system.spawn(hollow_sessions)};
}

} // namespace troupe::actors::runtime
