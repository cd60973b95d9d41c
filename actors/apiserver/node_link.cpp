#include "actors/apiserver/node_link.hpp"
#include "actors/base/error.hpp"
#include <caf/actor_cast.hpp>
#include <charconv>
#include <fmt/format.h>

namespace troupe::actors::apiserver {

namespace {

/// Starting a process in a container may take a while on a busy node.
constexpr auto open_timeout = caf::timespan{std::chrono::seconds(15)};

std::string text_option(const call& c, const char* name) {
  auto found = c.query.find(name);
  return found == c.query.end() ? std::string{} : found->second;
}

bool flag(const call& c, const char* name, bool otherwise = false) {
  auto text = text_option(c, name);
  return text.empty() ? otherwise : text == "true" || text == "1";
}

std::int64_t number_option(const call& c, const char* name) {
  auto text = text_option(c, name);
  std::int64_t out = -1;
  if (!text.empty()) std::from_chars(text.data(), text.data() + text.size(), out);
  return out;
}

std::vector<std::string> command_of(const call& c) {
  std::vector<std::string> out;
  auto found = c.query.find("command");
  if (found == c.query.end()) return out;
  std::string_view rest = found->second;
  for (;;) {
    auto at = rest.find('\0');
    out.emplace_back(rest.substr(0, at));
    if (at == std::string_view::npos) return out;
    rest.remove_prefix(at + 1);
  }
}

api::status status_of(const caf::error& e, std::string_view pod) {
  auto context = text_of(e);
  // The kubelet's text is the context behind the sentence of the code.
  if (code_of(e) != errc::none)
    if (auto at = context.find(": "); at != std::string::npos) context = context.substr(at + 2);
  switch (code_of(e)) {
    case errc::not_found: {
      auto s = api::not_found({"", "pods"}, pod);
      s.message = context;
      return s;
    }
    case errc::invalid_argument: return api::bad_request(context);
    case errc::unavailable: return api::service_unavailable(context);
    default: return api::internal_error(context);
  }
}

api::result<void> choose_container(const api::object& pod, streams::request& wanted) {
  if (wanted.what == streams::kind::port_forward) return {};
  std::vector<std::string_view> names, all;
  for (auto member : {"containers", "initContainers", "ephemeralContainers"})
    if (auto* list = api::array_at(pod.spec(), {member}))
      for (auto& container : *list) {
        all.push_back(api::string_at(container, {"name"}));
        if (std::string_view(member) == "containers") names.push_back(all.back());
      }
  if (!wanted.container.empty()) {
    if (std::find(all.begin(), all.end(), wanted.container) != all.end()) return {};
    return api::failure(
        api::bad_request(fmt::format("container {} is not valid for pod {}", wanted.container, pod.name())));
  }
  auto chosen = api::string_at(pod.annotations(), {"kubectl.kubernetes.io/default-container"});
  if (!chosen.empty() && std::find(all.begin(), all.end(), chosen) != all.end()) {
    wanted.container = chosen;
    return {};
  }
  if (names.size() == 1 || (wanted.what != streams::kind::logs && !names.empty())) {
    wanted.container = names.front();
    return {};
  }
  return api::failure(api::bad_request(fmt::format("a container name must be specified for pod {}, choose one of: [{}]",
                                                   pod.name(), fmt::join(names, " "))));
}

} // namespace

api::result<streams::request> stream_request_of(const http_call& c) {
  streams::request out;
  out.ns = c.what.ns;
  out.pod = c.what.name;
  out.container = text_option(c.what, "container");
  auto& kind = c.path.subresource;
  if (kind == "log") {
    out.what = streams::kind::logs;
    out.follow = flag(c.what, "follow");
    out.previous = flag(c.what, "previous");
    out.timestamps = flag(c.what, "timestamps");
    out.tail_lines = number_option(c.what, "tailLines");
    out.limit_bytes = number_option(c.what, "limitBytes");
    out.since_seconds = number_option(c.what, "sinceSeconds");
    out.since_time = text_option(c.what, "sinceTime");
    return out;
  }
  if (kind == "portforward") {
    out.what = streams::kind::port_forward;
    return out;
  }
  out.what = kind == "exec" ? streams::kind::exec : streams::kind::attach;
  out.command = command_of(c.what);
  out.in = flag(c.what, "stdin");
  out.out = flag(c.what, "stdout", kind == "attach");
  out.tty = flag(c.what, "tty");
  out.err = !out.tty && flag(c.what, "stderr", kind == "attach");
  if (kind == "exec" && out.command.empty())
    return api::failure(api::bad_request("you must specify at least one command for the container"));
  if (!out.in && !out.out && !out.err)
    return api::failure(api::bad_request("you must specify at least 1 of stdin, stdout, stderr"));
  return out;
}

void open_kubelet(caf::event_based_actor* self, const session_config& config, streams::request wanted,
                  std::function<void(caf::actor)> then, std::function<void(api::status)> otherwise) {
  auto timeout = config.context->read_timeout;
  auto directory = config.directory;
  auto with_node = [=](std::string node, streams::request ready) {
    self->request(directory, open_timeout, lookup_atom::value, "kubelet/" + node)
        .then(
            [=](const caf::strong_actor_ptr& player) {
              auto kubelet = caf::actor_cast<kubelet::kubelet_actor>(player);
              self->request(kubelet, open_timeout, open_atom::value, share(streams::request(ready)),
                            caf::actor_cast<caf::actor>(self))
                  .then([=](const caf::actor& peer) { then(peer); },
                        [=](caf::error& e) { otherwise(status_of(e, ready.pod)); });
            },
            [=](caf::error&) { otherwise(api::service_unavailable("no kubelet of node " + node + " is connected")); });
  };
  self->request(config.pods, timeout, read_atom::value, wanted.ns, wanted.pod, std::int64_t{-1})
    .then(
      [=](const object_handle& pod) {
        if (!pod) return otherwise(api::not_found({"", "pods"}, wanted.pod));
        auto ready = wanted;
        if (auto ok = choose_container(*pod, ready); !ok) return otherwise(ok.error());
        auto node = std::string(api::string_at(pod->spec(), {"nodeName"}));
        if (node.empty())
          return otherwise(api::bad_request(fmt::format("pod {} does not have a host assigned", wanted.pod)));
        ready.uid = pod->uid();
        with_node(node, ready);
      },
      [=](caf::error& e) { otherwise(api::internal_error(text_of(e))); });
}

} // namespace troupe::actors::apiserver
