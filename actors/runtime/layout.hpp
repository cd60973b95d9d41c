#pragma once
#include "actors/runtime/embedded.hpp"
#include <string>

namespace troupe::actors::runtime {

/// Where the embedded runtime keeps what.
///
///   <data_dir>/images               image store
///   <data_dir>/layers/<container>   writable layer: upper/, work/
///   <run_dir>/boot_id               the kernel that the rest of run_dir belongs to
///   <run_dir>/s/<sandbox>/          state.json, net, ipc, uts (pinned), shm/, resolv.conf, hostname
///   <run_dir>/c/<container>/        state.json, config.json, rootfs/ (overlay), attach, ctl, pid
///   <run_dir>/exits/<container>     exit code, written by conmon
///   <run_dir>/runc, <run_dir>/ipam  state of runc and of the address plugin
struct layout {
  explicit layout(const embedded_config& c) : data(c.data_dir), run(c.run_dir) {}
  std::string data, run;

  [[nodiscard]] std::string images() const { return data + "/images"; }
  [[nodiscard]] std::string layers() const { return data + "/layers"; }
  [[nodiscard]] std::string layer(const std::string& container) const { return layers() + "/" + container; }
  [[nodiscard]] std::string sandboxes() const { return run + "/s"; }
  [[nodiscard]] std::string sandbox(const std::string& id) const { return sandboxes() + "/" + id; }
  [[nodiscard]] std::string containers() const { return run + "/c"; }
  [[nodiscard]] std::string container(const std::string& id) const { return containers() + "/" + id; }
  [[nodiscard]] std::string exits() const { return run + "/exits"; }
  [[nodiscard]] std::string exit_file(const std::string& container) const { return exits() + "/" + container; }
  [[nodiscard]] std::string runc() const { return run + "/runc"; }
  [[nodiscard]] std::string ipam() const { return run + "/ipam"; }
};

} // namespace troupe::actors::runtime
