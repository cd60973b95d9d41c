#include "actors/runtime/conmon.hpp"
#include "actors/runtime/files.hpp"
#include "actors/runtime/log_rotation.hpp"
#include "actors/runtime/machine.hpp"
#include "net/process/process.hpp"
#include "policies/oci/log_line.hpp"
#include "policies/oci/pull_error.hpp"
#include <algorithm>
#include <cerrno>
#include <charconv>
#include <csignal>
#include <fcntl.h>
#include <fmt/format.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

namespace troupe::actors::runtime {

namespace oci = policies::oci;

namespace {
constexpr std::int32_t start_error_code = 128;
constexpr std::int32_t unknown_code = 255;
/// Kubernetes' limits of a termination message from a file and from the log.
constexpr std::size_t message_limit = 4096, log_message_limit = 2048;
constexpr std::int64_t log_message_lines = 80;

std::optional<std::int32_t> read_code(const std::string& path) {
  auto text = files::read(path, 32);
  if (!text) return std::nullopt;
  std::int32_t out = unknown_code;
  std::from_chars(text->data(), text->data() + text->size(), out);
  return out < 0 ? unknown_code : out;
}

std::string end_of_log(const std::string& path) {
  auto text = files::read(path).value_or("");
  std::string out;
  oci::log_formatter formatter({});
  auto rest = std::string_view(text).substr(oci::tail_offset(text, log_message_lines));
  while (!rest.empty()) {
    auto end = rest.find('\n');
    formatter.append(rest.substr(0, end), out);
    rest.remove_prefix(end == std::string_view::npos ? rest.size() : end + 1);
  }
  if (out.size() > log_message_limit) out.erase(0, out.size() - log_message_limit);
  return out;
}
} // namespace

std::uint64_t start_ticks(std::uint32_t pid) {
  auto text = files::read(fmt::format("/proc/{}/stat", pid), 4096).value_or("");
  // The command name may hold spaces and parentheses; the state follows the last one as field 3, the time is field 22.
  auto at = text.rfind(')');
  if (pid == 0 || at == std::string::npos) return 0;
  std::string_view rest = std::string_view(text).substr(at + 2);
  for (int field = 3; field < 22; ++field) {
    auto space = rest.find(' ');
    if (space == std::string_view::npos) return 0;
    rest.remove_prefix(space + 1);
  }
  std::uint64_t out = 0;
  std::from_chars(rest.data(), rest.data() + rest.size(), out);
  return out;
}

bool is_running(std::uint32_t pid, std::uint64_t ticks) {
  if (pid == 0 || ticks == 0 || start_ticks(pid) != ticks) return false;
  auto text = files::read(fmt::format("/proc/{}/stat", pid), 4096).value_or("");
  auto at = text.rfind(')');
  return at != std::string::npos && at + 2 < text.size() && text[at + 2] != 'Z' && text[at + 2] != 'X';
}

bool signal_process(std::uint32_t pid, std::uint64_t ticks, int number) {
  // The descriptor pins the process, so that it is the checked one that gets the signal.
  net::process::fd handle(static_cast<int>(::syscall(SYS_pidfd_open, pid, 0)));
  if (!handle || !is_running(pid, ticks)) return false;
  return ::syscall(SYS_pidfd_send_signal, handle.number(), number, nullptr, 0) == 0;
}

backend::result<container_record> machine::start_container(const container_record& c) {
  auto started = c;
  auto& status = started.status;
  auto bundle = where_.container(status.id);
  auto fail = [&](std::string why) -> tl::unexpected<std::string> {
    release(c);
    started.status.state = container_state::exited;
    started.status.exit_code = start_error_code;
    started.status.reason = "StartError";
    started.status.message = why;
    started.status.finished_us = now_us();
    (void)save(started);
    return tl::unexpected(std::move(why));
  };
  if (!files::exists(bundle + "/config.json")) return tl::unexpected("container " + status.id + " is not prepared");
  auto pid = start_conmon({.id = status.id, .name = status.config.name, .bundle = bundle, .runc_root = where_.runc(),
                           .exit_dir = where_.exits(), .log_path = status.config.log_path, .tty = status.config.tty,
                           .in = status.config.in, .in_once = status.config.in_once});
  if (!pid) return fail("failed to create task: " + pid.error());
  status.pid = *pid;
  started.start_ticks = start_ticks(*pid);
  status.state = container_state::running;
  status.started_us = now_us();
  // Saved before it runs: whoever finds it running must find it in the file too.
  if (auto done = save(started); !done) return fail(done.error());
  auto done = net::process::run({.argv = {"runc", "--root", where_.runc(), "start", status.id}});
  if (!done.ok()) return fail("failed to start task: OCI runtime start failed: " + oci::program_message(done.err));
  watch_process(status.id, status.pid);
  watch_process(status.id, conmon_pid(bundle));
  return started;
}

backend::outcome machine::signal(const container_record& c, int number) {
  signal_process(c.status.pid, c.start_ticks, number);
  if (number != SIGKILL) return {};
  // With a pid namespace of its own the kernel ends all processes with the first; without, they are ended here.
  for (int pid : cgroups_.processes(c.cgroup)) (void)::kill(pid, SIGKILL);
  return {};
}

std::string machine::termination_message(const container_record& c) const {
  auto& config = c.status.config;
  std::string out;
  if (!config.termination_message.empty()) {
    // The container may have put anything in the file's place; nothing but a regular file is read.
    net::process::fd file(::open(config.termination_message.c_str(), O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC));
    struct stat s {};
    if (file && ::fstat(file.number(), &s) == 0 && S_ISREG(s.st_mode))
      out = files::read(fmt::format("/proc/self/fd/{}", file.number()), message_limit).value_or("");
  }
  if (out.empty() && config.fallback_to_logs && c.status.exit_code != 0 && !config.log_path.empty())
    out = end_of_log(config.log_path);
  return out;
}

container_record machine::collect(const container_record& c) {
  if (c.status.state == container_state::exited) return c;
  auto out = c;
  auto& status = out.status;
  auto code = read_code(where_.exit_file(status.id));
  if (!code) {
    if (is_running(status.pid, out.start_ticks) || conmon_pid(where_.container(status.id)) != 0) return c;
    // Writing the file is the last thing that conmon does: it may have come between the two looks.
    code = read_code(where_.exit_file(status.id));
  }
  status.state = container_state::exited;
  status.exit_code = code.value_or(unknown_code);
  status.finished_us = code ? files::modified_us(where_.exit_file(status.id)) : now_us();
  status.reason = code ? (status.exit_code == 0 ? "Completed" : "Error") : "Unknown";
  // Must be read while the group is there. With another code a child was killed and the main process lived on.
  if (status.exit_code == 128 + SIGKILL && cgroups_.oom_kills(out.cgroup) > 0) status.reason = "OOMKilled";
  status.message = termination_message(out);
  status.pid = 0;
  (void)save(out);
  release(out);
  return out;
}

/// Gives back what only a running container needs: runc's state, the group, the mount.
void machine::release(const container_record& c) {
  auto bundle = where_.container(c.status.id);
  for (int pid : cgroups_.processes(c.cgroup)) (void)::kill(pid, SIGKILL);
  if (files::exists(where_.runc() + "/" + c.status.id))
    (void)net::process::run({.argv = {"runc", "--root", where_.runc(), "delete", "--force", c.status.id}});
  if (!c.cgroup.empty()) (void)cgroups_.remove(c.cgroup);
  (void)::umount2((bundle + "/rootfs").c_str(), MNT_DETACH);
}

backend::outcome machine::rotate_log(const container_record& c, std::uint32_t keep) {
  return rotate_log_file(c.status.config.log_path, api::format_time(env_->now()), keep,
                         [&] { return conmon_control(where_.container(c.status.id), conmon_reopen_log); });
}

std::vector<container_usage> machine::stats(const std::vector<sandbox_record>& sandboxes,
                                            const std::vector<container_record>& containers) {
  std::vector<container_usage> out;
  for (auto& s : sandboxes) {
    out.push_back({{}, s.status.id, cgroups_.read(s.cgroup)});
    out.back().now.sampled_us = now_us();
  }
  for (auto& c : containers) {
    if (c.status.state != container_state::running) continue;
    out.push_back({c.status.id, c.status.sandbox, cgroups_.read(c.cgroup)});
    out.back().now.sampled_us = now_us();
  }
  return out;
}

} // namespace troupe::actors::runtime
