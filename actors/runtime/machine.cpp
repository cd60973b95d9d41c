#include "actors/runtime/machine.hpp"
#include "actors/runtime/conmon.hpp"
#include "actors/runtime/files.hpp"
#include "actors/runtime/json_codec.hpp"
#include "policies/oci/capabilities.hpp"
#include <algorithm>
#include <atomic>
#include <boost/asio/posix/stream_descriptor.hpp>
#include <boost/asio/buffer.hpp>
#include <charconv>
#include <fmt/format.h>
#include <set>
#include <spdlog/spdlog.h>
#include <sys/inotify.h>
#include <sys/mount.h>
#include <sys/syscall.h>

namespace troupe::actors::runtime {

namespace oci = policies::oci;

namespace {
std::uint64_t capability_bounds() {
  auto text = files::read("/proc/self/status", 64 * 1024).value_or("");
  auto at = text.find("CapBnd:\t");
  std::uint64_t mask = 0;
  if (at != std::string::npos) std::from_chars(text.data() + at + 8, text.data() + text.size(), mask, 16);
  return mask;
}
} // namespace

oci::machine_limits machine_limits() {
  oci::machine_limits out;
  out.capabilities = oci::capabilities_of_mask(capability_bounds());
  auto& caps = out.capabilities;
  if (std::find(caps.begin(), caps.end(), "CAP_SYS_RESOURCE") == caps.end()) {
    auto text = files::read("/proc/self/oom_score_adj", 32).value_or("0");
    std::from_chars(text.data(), text.data() + text.size(), out.oom_score_min);
  }
  return out;
}

machine::machine(embedded_config config, environment_ptr env, std::shared_ptr<io_thread> io)
  : config_(std::move(config)), env_(std::move(env)), io_(std::move(io)), where_(config_), images_(where_.images()),
    plugins_(config_.cni_bin_dir), limits_(machine_limits()), pod_cidr_(config_.pod_cidr) {
  for (auto& path : {where_.sandboxes(), where_.containers(), where_.exits(), where_.runc(), where_.layers()})
    if (auto made = files::make_directories(path); !made) spdlog::error("runtime: {}", made.error());
}

backend::recovered machine::recover() {
  recovered out;
  auto boot = files::read("/proc/sys/kernel/random/boot_id", 64).value_or("");
  auto before = files::read(where_.run + "/boot_id", 64);
  bool rebooted = before && *before != boot;
  if (rebooted) {
    // Nothing in the kernel is ours any more, and the addresses are free.
    (void)files::remove_tree(where_.runc());
    (void)files::remove_tree(where_.ipam());
    (void)files::make_directories(where_.runc());
  }
  if (auto done = files::write(where_.run + "/boot_id", boot); !done) spdlog::error("runtime: {}", done.error());
  std::set<std::string> known;
  for (auto& id : files::names(where_.sandboxes())) {
    sandbox_record s;
    auto text = files::read(where_.sandbox(id) + "/state.json");
    if (!text || !from_json(*text, s)) {
      s.status.id = id;
      (void)remove_sandbox(s);
      continue;
    }
    s.status.ready = s.status.ready && !rebooted && sandbox_lives(s);
    if (s.status.ready) adopted_.emplace_back(id, s.pause_pid);
    out.sandboxes.push_back(std::move(s));
  }
  for (auto& id : files::names(where_.containers())) {
    container_record c;
    auto text = files::read(where_.container(id) + "/state.json");
    c.status.id = id;
    if (!text || !from_json(*text, c)) {
      (void)remove_container(c);
      continue;
    }
    known.insert(id);
    auto& status = c.status;
    // conmon was started and this program died before it knew the outcome: nobody was told that the container runs.
    if (status.state == container_state::created && files::exists(where_.container(id) + "/conmon.pid")) {
      release(c);
      status.state = container_state::exited;
      status.exit_code = 128;
      status.reason = "StartError";
      status.message = "the node agent ended while the container was being started";
      status.finished_us = now_us();
      (void)save(c);
    }
    if (rebooted && status.state == container_state::running) status.pid = 0;
    if (status.state == container_state::running) {
      adopted_.emplace_back(id, status.pid);
      adopted_.emplace_back(id, conmon_pid(where_.container(id)));
    }
    out.containers.push_back(std::move(c));
  }
  for (auto& id : files::names(where_.layers()))
    if (!known.contains(id)) (void)files::remove_tree(where_.layer(id));
  return out;
}

namespace {

/// Reports each file that appears in a directory.
class directory_watch : public std::enable_shared_from_this<directory_watch> {
public:
  directory_watch(io_thread& io, std::string path, std::function<void(std::string)> found)
    : file_(io.context()), path_(std::move(path)), found_(std::move(found)) {}

  bool open() {
    int n = ::inotify_init1(IN_NONBLOCK | IN_CLOEXEC);
    if (n < 0) return false;
    file_.assign(n);
    return ::inotify_add_watch(n, path_.c_str(), IN_MOVED_TO | IN_CLOSE_WRITE | IN_ONLYDIR) >= 0;
  }

  /// Also what was there before: nothing that appears in between may be missed.
  void rescan() {
    for (auto& name : files::names(path_))
      if (!name.starts_with('.')) found_(name);
  }

  void wait() {
    file_.async_read_some(boost::asio::buffer(buffer_), [me = shared_from_this()](auto ec, std::size_t size) {
      if (ec) return;
      me->read(size);
      me->wait();
    });
  }

private:
  void read(std::size_t size) {
    for (std::size_t at = 0; at + sizeof(inotify_event) <= size;) {
      auto* event = reinterpret_cast<const inotify_event*>(buffer_ + at);
      if (event->mask & IN_Q_OVERFLOW)
        rescan();
      else if (event->len > 0 && event->name[0] != '.' &&
               std::string_view(event->name).find('.') == std::string_view::npos)
        found_(event->name);
      at += sizeof(inotify_event) + event->len;
    }
  }

  boost::asio::posix::stream_descriptor file_;
  std::string path_;
  std::function<void(std::string)> found_;
  alignas(inotify_event) char buffer_[16 * 1024];
};

} // namespace

/// conmon tells of each end by a file. Should conmon itself be killed, the ends of the processes are what is left to
/// see: that of the container's and, as the container may end while its conmon is dying, that of conmon.
void machine::watch_process(const std::string& id, std::uint32_t pid) {
  if (pid == 0) return;
  io_->post([ended = ended_, io = std::weak_ptr(io_), id, pid] {
    auto alive = io.lock();
    if (!alive || !ended) return;
    int handle = static_cast<int>(::syscall(SYS_pidfd_open, pid, 0));
    if (handle < 0) return ended(id); // It is gone already, or out of sight: look now rather than never.
    auto process = std::make_shared<boost::asio::posix::stream_descriptor>(alive->context(), handle);
    process->async_wait(boost::asio::posix::stream_descriptor::wait_read, [process, ended, id](auto ec) {
      if (!ec) ended(id);
    });
  });
}

void machine::watch(std::function<void(std::string)> ended) {
  ended_ = ended;
  for (auto& [id, pid] : adopted_) watch_process(id, pid);
  adopted_.clear();
  auto watcher = std::make_shared<directory_watch>(*io_, where_.exits(), std::move(ended));
  if (!watcher->open()) {
    spdlog::error("runtime: cannot watch {}: the limit fs.inotify.max_user_instances may be reached", where_.exits());
    return;
  }
  io_->post([watcher] {
    watcher->rescan();
    watcher->wait();
  });
}

} // namespace troupe::actors::runtime
