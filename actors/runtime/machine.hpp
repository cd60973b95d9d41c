#pragma once
#include "actors/base/environment.hpp"
#include "actors/runtime/backend.hpp"
#include "actors/runtime/cgroups.hpp"
#include "actors/runtime/embedded.hpp"
#include "actors/runtime/image_store.hpp"
#include "actors/runtime/io_thread.hpp"
#include "actors/runtime/layout.hpp"
#include "net/cni/plugin.hpp"
#include "policies/oci/spec.hpp"
#include <memory>
#include <mutex>

namespace troupe::actors::runtime {

/// The real machine: namespaces, overlay mounts, CNI plugins, runc under conmon.
class machine final : public backend, public std::enable_shared_from_this<machine> {
public:
  machine(embedded_config config, environment_ptr env, std::shared_ptr<io_thread> io);

  recovered recover() override;
  std::vector<condition> conditions() override { return probe_machine(config_); }
  outcome set_pod_cidr(const std::string& cidr) override;
  result<sandbox_record> make_sandbox(sandbox_record wanted) override;
  outcome stop_sandbox(const sandbox_record& s) override;
  outcome remove_sandbox(const sandbox_record& s) override;
  bool sandbox_lives(const sandbox_record& s) override;
  result<container_record> make_container(const sandbox_record& s, container_record wanted) override;
  result<container_record> start_container(const container_record& c) override;
  outcome signal(const container_record& c, int number) override;
  container_record collect(const container_record& c) override;
  outcome remove_container(const container_record& c) override;
  outcome rotate_log(const container_record& c, std::uint32_t keep) override;
  std::vector<container_usage> stats(const std::vector<sandbox_record>& sandboxes,
                                     const std::vector<container_record>& containers) override;
  void exec(const container_record& c, const std::vector<std::string>& command, std::uint32_t limit_ms,
            std::function<void(exec_result)> done) override;
  void watch(std::function<void(std::string)> ended) override;

  [[nodiscard]] const layout& where() const noexcept { return where_; }
  [[nodiscard]] io_thread& io() noexcept { return *io_; }
  /// Writes the process description of a command for runc; its path.
  [[nodiscard]] result<std::string> process_file(const std::string& container, const std::vector<std::string>& command,
                                                 bool tty);
  /// Arguments of `runc exec` for that file.
  [[nodiscard]] std::vector<std::string> exec_arguments(const std::string& container, const std::string& process,
                                                        bool tty) const;
  [[nodiscard]] std::string network_namespace(const std::string& sandbox) const;

  /// For purge: all of these at once, whatever their state.
  [[nodiscard]] std::vector<std::string> purge_everything(bool images);

private:
  // machine_sandbox.cpp
  outcome prepare_network();
  net::cni::bridge_network network(const std::string& cidr) const;
  outcome attach(sandbox_record& s);
  outcome start_pause(sandbox_record& s);
  outcome write_sandbox_files(const sandbox_record& s);
  outcome save(const sandbox_record& s) const;
  outcome masquerade(bool on) const;
  [[nodiscard]] std::uint32_t pod_mtu() const;
  // machine_container.cpp
  outcome mount_root(const container_record& c, const stored_image& image);
  result<policies::oci::spec_input> spec_input(const sandbox_record& s, const container_record& c,
                                               const stored_image& image) const;
  outcome save(const container_record& c) const;
  // machine_run.cpp
  void release(const container_record& c);
  std::string termination_message(const container_record& c) const;
  std::string pid_namespace(const sandbox_record& s, const container_record& c) const;
  // machine.cpp
  /// Reports the id of a container or sandbox when that process ends; nothing for pid 0.
  void watch_process(const std::string& id, std::uint32_t pid);
  [[nodiscard]] std::int64_t now_us() const { return env_->now().time_since_epoch().count(); }

  embedded_config config_;
  environment_ptr env_;
  std::shared_ptr<io_thread> io_;
  layout where_;
  cgroups cgroups_;
  image_store images_;
  net::cni::plugins plugins_;
  policies::oci::machine_limits limits_;
  std::function<void(std::string)> ended_; ///< set once by `watch`, before anything is started
  std::vector<std::pair<std::string, std::uint32_t>> adopted_; ///< processes of what `recover` found, by id
  std::mutex network_mutex_; ///< guards the two below
  std::string pod_cidr_;
  bool network_ready_ = false;
};

/// What this process may give to containers: its capability bounds and lowest OOM score.
[[nodiscard]] policies::oci::machine_limits machine_limits();

/// Start time of a process in clock ticks since boot; 0 if it does not exist.
[[nodiscard]] std::uint64_t start_ticks(std::uint32_t pid);
/// True if the process is the one that had that start time and still runs.
[[nodiscard]] bool is_running(std::uint32_t pid, std::uint64_t ticks);
/// Signals it if it still is that process; false if it is gone.
bool signal_process(std::uint32_t pid, std::uint64_t ticks, int number);

/// All device nodes of this machine below /dev, for privileged containers.
[[nodiscard]] std::vector<policies::oci::device_node> all_devices();
[[nodiscard]] tl::expected<policies::oci::device_node, std::string> device_at(const policies::oci::device& d);

} // namespace troupe::actors::runtime
