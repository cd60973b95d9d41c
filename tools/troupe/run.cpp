#include "tools/troupe/run.hpp"
#include "tools/troupe/discovery.hpp"
#include "tools/troupe/etcd_api.hpp"
#include "tools/troupe/instance.hpp"
#include "tools/troupe/process.hpp"
#include "tools/troupe/resident.hpp"
#include <atomic>
#include <csignal>
#include <cstring>
#include <fcntl.h>
#include <fmt/format.h>
#include <spdlog/sinks/stdout_color_sinks.h>
#include <spdlog/spdlog.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

namespace troupe::tools {

namespace {

using actors::cluster::cluster_config;

/// Word for the program that started this one in the background: "ok" or the reason why not.
void report(int fd, std::string_view text) {
  if (fd < 0) return;
  std::string line = std::string(text) + "\n";
  [[maybe_unused]] auto written = write(fd, line.data(), line.size());
  close(fd);
}

std::string read_all(int fd) {
  std::string out;
  char buffer[512];
  for (ssize_t n; (n = read(fd, buffer, sizeof buffer)) > 0;) out.append(buffer, static_cast<std::size_t>(n));
  return out;
}

std::string ready_text(const cluster_config& c, const std::string& kubeconfig, double seconds) {
  auto what = c.node_id == 1 ? fmt::format("Cluster ready in {:.2f} s", seconds)
                             : fmt::format("Node {} ready in {:.2f} s", c.node_name, seconds);
  auto stop = fmt::format("Stop it with: troupe down --data-dir {}", c.data_dir);
  if (!c.control_plane) return fmt::format("{}\n\n{}", what, stop);
  std::string etcd;
  if (!c.etcd_url.empty())
    etcd = fmt::format("  etcdctl --endpoints {0} --cacert {1}/ca.crt --cert {1}/admin.crt --key {1}/admin.key member "
                       "list\n", c.etcd_url, c.data_dir + "/pki");
  return fmt::format("{}: https://127.0.0.1:{}\n\n  export KUBECONFIG={}\n  kubectl get nodes\n{}\n{}", what,
                     c.api_port, kubeconfig, etcd, stop);
}

sigset_t block_signals() {
  sigset_t set;
  sigemptyset(&set);
  for (int s : {SIGINT, SIGTERM, SIGHUP, SIGUSR1}) sigaddset(&set, s);
  pthread_sigmask(SIG_BLOCK, &set, nullptr);
  signal(SIGPIPE, SIG_IGN);
  return set;
}

int serve(cluster_process& cluster, const sigset_t& signals) {
  constexpr int seconds_to_rest = 10; // After the start: components have what they need by then.
  for (int second = 0;; ++second) {
    timespec limit{1, 0};
    int s = sigtimedwait(&signals, nullptr, &limit);
    if (s == SIGINT || s == SIGTERM || s == SIGHUP) break;
    if (second == seconds_to_rest) release_start_memory();
    if (cluster.failed())
      return complain("a component that the cluster cannot do without failed for good; see the log above");
  }
  fmt::print(stderr, "troupe: stopping; containers run on, 'troupe down' ends them\n");
  cluster.stop();
  return 0;
}

} // namespace

int complain(const std::string& what) {
  fmt::print(stderr, "troupe: {}\n", what);
  return 1;
}

int fail(const start_settings& s, const std::string& why) {
  report(s.ready_fd, why);
  return complain(why);
}

std::string missing_rights(const start_settings& s) {
  if (s.runtime == "hollow" || geteuid() == 0) return {};
  return "running containers needs root: use sudo, or try the API without containers: troupe up --runtime hollow";
}

int detach(const std::string& data_dir, const std::vector<std::string>& arguments) {
  int fds[2];
  if (pipe(fds) != 0) return complain(fmt::format("pipe: {}", std::strerror(errno)));
  auto log = data_dir + "/troupe.log";
  auto child = fork();
  if (child < 0) return complain(fmt::format("fork: {}", std::strerror(errno)));
  if (child == 0) {
    setsid();
    close(fds[0]);
    int in = open("/dev/null", O_RDONLY), out = open(log.c_str(), O_WRONLY | O_CREAT | O_APPEND, 0644);
    if (in >= 0) dup2(in, 0);
    if (out >= 0) {
      dup2(out, 1);
      dup2(out, 2);
    }
    std::vector<std::string> words;
    for (auto& a : arguments)
      if (a != "--detach") words.push_back(a);
    words.push_back("--ready-fd");
    words.push_back(std::to_string(fds[1]));
    std::vector<char*> argv;
    for (auto& w : words) argv.push_back(w.data());
    argv.push_back(nullptr);
    execv("/proc/self/exe", argv.data());
    _exit(127);
  }
  close(fds[1]);
  auto word = read_all(fds[0]);
  close(fds[0]);
  if (word.starts_with("ok\n")) {
    fmt::print("{}", word.substr(3));
    return 0;
  }
  if (word.empty()) word = "the cluster ended while it was starting; see " + log + "\n";
  fmt::print(stderr, "troupe: {}", word);
  return 1;
}

void set_up_logging(const start_settings& s) {
  auto logger = spdlog::stderr_color_mt("troupe");
  spdlog::set_default_logger(logger);
  spdlog::set_level(spdlog::level::from_str(s.log_level));
  spdlog::flush_on(spdlog::level::warn);
}

int run_member(const start_settings& s, const cluster_config& config, std::chrono::steady_clock::time_point began) {
  if (auto why = etcd_refusal(config); !why.empty()) return fail(s, why);
  auto secret = config.control_plane ? discovery_keys(s) : std::nullopt;
  if (!secret) return fail(s, secret.error());
  forget_discovery_secret();
  auto signals = block_signals();
  auto lock = data_dir_lock::take(config.data_dir);
  if (!lock) return fail(s, lock.error());
  auto keys = open_pki(config);
  if (!keys) return fail(s, keys.error());
  std::atomic<bool> ready{false};
  auto main_thread = pthread_self();
  auto cluster = cluster_process::start(config, *keys, [&ready, main_thread] {
    ready = true;
    pthread_kill(main_thread, SIGUSR1);
  }, *secret);
  if (!cluster) return fail(s, cluster.error());
  auto& running = (*cluster)->config();
  if (auto saved = save_instance(running); !saved) return fail(s, saved.error()); // Ports are known now.
  auto kubeconfig = s.kubeconfig.empty() ? config.data_dir + "/kubeconfig" : s.kubeconfig;
  if (running.control_plane) {
    auto url = fmt::format("https://127.0.0.1:{}", running.api_port);
    if (auto ok = write_kubeconfig(kubeconfig, url, "troupe", *keys); !ok) return fail(s, ok.error());
  }
  while (!ready) {
    timespec limit{1, 0};
    int got = sigtimedwait(&signals, nullptr, &limit);
    if (got == SIGINT || got == SIGTERM) return fail(s, "stopped by a signal before the cluster was ready");
    if ((*cluster)->failed()) return fail(s, "a component failed while the cluster was starting; see the log");
  }
  std::chrono::duration<double> took = std::chrono::steady_clock::now() - began;
  auto text = ready_text(running, kubeconfig, took.count());
  if (s.ready_fd >= 0) {
    report(s.ready_fd, "ok\n" + text);
  } else {
    fmt::print("{}\n", text);
    std::fflush(stdout);
  }
  return serve(**cluster, signals);
}

} // namespace troupe::tools
