#include "actors/runtime/sessions.hpp"
#include "actors/base/error.hpp"
#include "actors/runtime/conmon.hpp"
#include "actors/runtime/files.hpp"
#include "actors/runtime/json_codec.hpp"
#include "actors/runtime/log_pump.hpp"
#include "actors/runtime/stream_pump.hpp"
#include "net/netlink/namespace.hpp"
#include "policies/oci/pull_error.hpp"
#include <arpa/inet.h>
#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <fmt/format.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

namespace troupe::actors::runtime {

using net::process::fd;

namespace {

/// Ends at once with a text on `status`.
class failed_pump final : public pump {
public:
  failed_pump(caf::actor_addr session, std::string status) : pump(std::move(session)), status_(std::move(status)) {}
  void start() override { finish(status_); }
  void input(std::string) override {}
  void end_input() override {}
  void resize(int, int) override {}
  void grant(std::uint32_t) override {}
  void stop() override {}

private:
  std::string status_;
};

std::shared_ptr<pump> fail(caf::actor_addr s, std::string_view what, std::string_view why) {
  return std::make_shared<failed_pump>(std::move(s), failure_status(fmt::format("{}: {}", what, why)));
}

constexpr std::string_view exec_failure = "error executing command in container: failed to exec in container";

/// A pseudo terminal; the path of its other side in `name`.
fd open_terminal(std::string& name) {
  fd master(::posix_openpt(O_RDWR | O_NOCTTY | O_CLOEXEC));
  char path[128];
  if (!master || ::grantpt(master.number()) != 0 || ::unlockpt(master.number()) != 0 ||
      ::ptsname_r(master.number(), path, sizeof path) != 0)
    return {};
  name = path;
  return master;
}

fd copy_of(const fd& f) { return fd(::fcntl(f.number(), F_DUPFD_CLOEXEC, 3)); }

bool make_pipe(fd& read_end, fd& write_end) {
  int p[2];
  if (::pipe2(p, O_CLOEXEC) != 0) return false;
  read_end.reset(p[0]);
  write_end.reset(p[1]);
  return true;
}

/// The state as the last writer left it.
container_status status_of(const machine& m, const std::string& id) {
  container_record record;
  (void)from_json(files::read(m.where().container(id) + "/state.json").value_or(""), record);
  return record.status;
}

} // namespace

std::shared_ptr<pump> open_exec(const session_context& c, const session_request& r, caf::actor_addr s) {
  auto& what = r.what;
  auto process = c.m->process_file(r.container, what.command, what.tty);
  if (!process) return fail(s, exec_failure, process.error());
  net::process::launch launch{.argv = c.m->exec_arguments(r.container, *process, what.tty)};
  stream_ends ends;
  fd in, out, err; // The child's sides; closed here when it has them.
  if (what.tty) {
    ends.out = open_terminal(launch.terminal);
    if (!ends.out) return fail(s, exec_failure, std::strerror(errno));
    ends.in = copy_of(ends.out);
    ends.terminal = true;
  } else {
    bool made = (!what.in || make_pipe(in, ends.in)) && make_pipe(ends.out, out) && make_pipe(ends.err, err);
    if (!made) return fail(s, exec_failure, std::strerror(errno));
    if (what.in) launch.files.push_back({in.number(), 0});
    launch.files.push_back({out.number(), 1});
    launch.files.push_back({err.number(), 2});
  }
  auto started = net::process::start(launch);
  if (!started) return fail(s, exec_failure, started.error());
  ends.child = std::move(*started);
  ends.started_file = *process + ".pid";
  ends.remove_after = *process;
  ends.status = [command = what.command](int code, const std::string& not_started) {
    if (not_started.empty()) return exit_status(command, code);
    return failure_status(fmt::format("{}: failed to start exec: OCI runtime exec failed: {}", exec_failure,
                                      policies::oci::program_message(not_started)));
  };
  return std::make_shared<stream_pump>(c.io->context(), s, std::move(ends));
}

std::shared_ptr<pump> open_attach(const session_context& c, const session_request& r, caf::actor_addr s) {
  constexpr std::string_view failure = "error attaching to container: failed to attach container";
  auto bundle = c.m->where().container(r.container);
  fd directory(::open(bundle.c_str(), O_PATH | O_DIRECTORY | O_CLOEXEC));
  fd socket(::socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0));
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  // The full path may be longer than the address can hold.
  auto path = fmt::format("/proc/self/fd/{}/attach", directory.number());
  path.copy(address.sun_path, sizeof address.sun_path - 1);
  if (!directory || !socket || ::connect(socket.number(), reinterpret_cast<sockaddr*>(&address), sizeof address) != 0)
    return fail(s, failure, std::strerror(errno));
  stream_ends ends;
  if (r.what.in) ends.in = copy_of(socket);
  ends.out = std::move(socket);
  ends.packets = ends.socket = true;
  ends.status = [](int, const std::string&) { return success_status(); };
  ends.resize = [bundle](int width, int height) { (void)conmon_control(bundle, conmon_resize(width, height)); };
  return std::make_shared<stream_pump>(c.io->context(), s, std::move(ends));
}

std::shared_ptr<pump> open_forward(const session_context& c, const session_request& r, caf::actor_addr s) {
  auto port = r.what.port;
  auto failure = [&](std::string_view why) {
    return std::make_shared<failed_pump>(
        s,
        fmt::format(
            "error forwarding port {0} to pod {1}, uid : failed to execute portforward in network namespace \"{2}\": "
            "failed to connect to localhost:{0} inside namespace \"{1}\", IPv4: dial tcp4 127.0.0.1:{0}: connect: {3}",
            port, r.sandbox, c.m->network_namespace(r.sandbox), why));
  };
  fd socket;
  int error = 0;
  auto connect = [&] {
    for (int family : {AF_INET, AF_INET6}) {
      socket.reset(::socket(family, SOCK_STREAM | SOCK_CLOEXEC, 0));
      // To one's own loopback the answer is immediate, unless the listener is overrun.
      timeval limit{.tv_sec = 2, .tv_usec = 0};
      ::setsockopt(socket.number(), SOL_SOCKET, SO_SNDTIMEO, &limit, sizeof limit);
      sockaddr_in v4{
          .sin_family = AF_INET, .sin_port = htons(port), .sin_addr = {htonl(INADDR_LOOPBACK)}, .sin_zero = {}};
      sockaddr_in6 v6{};
      v6.sin6_family = AF_INET6, v6.sin6_port = htons(port), v6.sin6_addr = in6addr_loopback;
      auto done = family == AF_INET ? ::connect(socket.number(), reinterpret_cast<sockaddr*>(&v4), sizeof v4)
                                    : ::connect(socket.number(), reinterpret_cast<sockaddr*>(&v6), sizeof v6);
      if (done == 0) return;
      if (error == 0) error = errno;
      socket.reset();
    }
  };
  auto pinned = c.m->network_namespace(r.sandbox);
  if (files::exists(pinned)) {
    if (auto entered = net::netlink::in_network(pinned, connect); !entered) return failure(entered.error());
  } else {
    connect(); // Host network.
  }
  if (!socket) return failure(std::strerror(error));
  timeval none{};
  ::setsockopt(socket.number(), SOL_SOCKET, SO_SNDTIMEO, &none, sizeof none);
  int on = 1;
  ::setsockopt(socket.number(), IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  stream_ends ends;
  ends.in = copy_of(socket);
  ends.out = std::move(socket);
  ends.socket = true;
  return std::make_shared<stream_pump>(c.io->context(), s, std::move(ends));
}

std::shared_ptr<pump> open_logs(const session_context& c, const session_request& r, caf::actor_addr s) {
  auto& what = r.what;
  log_request request{.files = r.log_files, .tail_lines = what.tail_lines, .follow = what.follow};
  request.options.timestamps = what.timestamps;
  request.options.limit_bytes = what.limit_bytes;
  if (what.since_seconds >= 0) request.options.since = c.env->now() - std::chrono::seconds(what.since_seconds);
  if (!what.since_time.empty()) request.options.since = api::parse_time(what.since_time);
  request.exits = c.m->where().exits();
  request.running = [m = c.m, id = r.container] {
    return !files::exists(m->where().exit_file(id)) && status_of(*m, id).state == container_state::running;
  };
  return std::make_shared<log_pump>(c.io->context(), s, c.notifier, std::move(request));
}

session_actor::behavior_type sessions(sessions_state::self_pointer self, std::shared_ptr<session_context> context) {
  return {[=](open_atom, const shared<session_request>& r, const caf::actor& client) -> caf::result<caf::actor> {
    auto kind = r->what.what;
    // Checked by the maker once more: it may end in between.
    bool needs_container = kind == streams::kind::exec || kind == streams::kind::attach;
    if (kind == streams::kind::exec && r->what.command.empty())
      return make_error(errc::invalid_argument, "you must specify at least 1 command for the container");
    if (needs_container && !files::exists(context->m->where().container(r->container) + "/ctl"))
      return make_error(errc::not_found, fmt::format("container \"{}\" is not running", r->what.container));
    auto make = [=](caf::actor_addr s) -> std::shared_ptr<pump> {
      switch (kind) {
        case streams::kind::exec: return open_exec(*context, *r, s);
        case streams::kind::attach: return open_attach(*context, *r, s);
        case streams::kind::port_forward: return open_forward(*context, *r, s);
        case streams::kind::logs: break;
      }
      return open_logs(*context, *r, s);
    };
    return self->spawn(session, context->io, make_pump(make), client);
  }};
}

} // namespace troupe::actors::runtime
