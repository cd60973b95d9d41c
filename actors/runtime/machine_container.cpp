#include "actors/runtime/files.hpp"
#include "actors/runtime/json_codec.hpp"
#include "actors/runtime/machine.hpp"
#include "policies/oci/seccomp.hpp"
#include <cctype>
#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <filesystem>
#include <fmt/format.h>
#include <sched.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <thread>

namespace troupe::actors::runtime {

namespace oci = policies::oci;

tl::expected<oci::device_node, std::string> device_at(const oci::device& d) {
  struct stat s {};
  if (::stat(d.host_path.c_str(), &s) != 0) return files::failure("device " + d.host_path);
  if (!S_ISCHR(s.st_mode) && !S_ISBLK(s.st_mode)) return tl::unexpected(d.host_path + " is not a device");
  return oci::device_node{.path = d.container_path.empty() ? d.host_path : d.container_path,
                          .type = S_ISCHR(s.st_mode) ? 'c' : 'b',
                          .major = ::major(s.st_rdev),
                          .minor = ::minor(s.st_rdev),
                          .mode = s.st_mode & 07777u,
                          .permissions = d.permissions};
}

std::vector<oci::device_node> all_devices() {
  std::vector<oci::device_node> out;
  std::error_code ec;
  for (std::filesystem::recursive_directory_iterator it("/dev", ec), end; !ec && it != end; it.increment(ec)) {
    auto path = it->path().string();
    // What the container gets as file systems of its own.
    if (path == "/dev/pts" || path == "/dev/shm" || path == "/dev/mqueue") {
      it.disable_recursion_pending();
      continue;
    }
    if (it->is_symlink(ec) || path == "/dev/console" || path == "/dev/ptmx") continue;
    if (it->is_character_file(ec) || it->is_block_file(ec))
      if (auto d = device_at({path, path, "rwm"})) out.push_back(std::move(*d));
  }
  return out;
}

namespace {

/// The text of a system error as Go, and so Kubernetes, has it: "no such file or directory".
std::string go_text(int error) {
  std::string out = std::strerror(error);
  if (!out.empty()) out[0] = static_cast<char>(std::tolower(static_cast<unsigned char>(out[0])));
  return out;
}

/// A profile in the form of the OCI runtime configuration, as containerd takes it.
backend::result<api::json::object> seccomp_file(const std::string& path) {
  auto refuse = [&](std::string_view why) {
    return tl::unexpected(fmt::format("cannot load seccomp profile \"{}\": {}", path, why));
  };
  auto text = files::read(path, 4 * 1024 * 1024);
  if (!text) return refuse(fmt::format("open {}: {}", path, go_text(errno)));
  boost::system::error_code ec;
  auto profile = api::json::parse(*text, ec);
  if (ec || !profile.is_object()) return refuse("decoding seccomp profile failed: it is not a JSON object");
  return std::move(profile.as_object());
}

} // namespace

backend::outcome machine::save(const container_record& c) const {
  return files::write(where_.container(c.status.id) + "/state.json", to_json(c));
}

/// Relative names keep the list of lower directories short: the kernel takes one page of mount options.
backend::outcome machine::mount_root(const container_record& c, const stored_image& image) {
  auto layer = where_.layer(c.status.id);
  auto root = where_.container(c.status.id) + "/rootfs";
  for (auto& path : {layer + "/upper", layer + "/work", root})
    if (auto made = files::make_directories(path); !made) return made;
  std::string lower;
  for (auto at = image.layers.rbegin(); at != image.layers.rend(); ++at) {
    if (!lower.empty()) lower += ':';
    lower += image_store::layer_name(*at);
  }
  if (lower.empty()) {
    // An image of no layers: an empty directory stands for them.
    if (auto made = files::make_directories(images_.layer_root() + "/empty"); !made) return made;
    lower = "empty";
  }
  auto options = fmt::format("lowerdir={},upperdir={}/upper,workdir={}/work", lower, layer, layer);
  outcome out;
  std::thread([&] {
    if (::unshare(CLONE_FS) != 0 || ::chdir(images_.layer_root().c_str()) != 0)
      out = files::failure("enter " + images_.layer_root());
    else if (::mount("overlay", root.c_str(), "overlay", 0, options.c_str()) != 0)
      out = files::failure("mount the root file system of container " + c.status.id);
  }).join();
  return out;
}

std::string machine::pid_namespace(const sandbox_record& s, const container_record& c) const {
  if (auto& target = c.status.config.target; !target.empty()) {
    container_record other;
    auto text = files::read(where_.container(target) + "/state.json");
    if (text && from_json(*text, other) && is_running(other.status.pid, other.start_ticks))
      return fmt::format("/proc/{}/ns/pid", other.status.pid);
  }
  return s.pause_pid != 0 ? fmt::format("/proc/{}/ns/pid", s.pause_pid) : std::string();
}

backend::result<oci::spec_input> machine::spec_input(const sandbox_record& s, const container_record& c,
                                                     const stored_image& image) const {
  auto& pod = s.status.config;
  auto root = where_.container(c.status.id) + "/rootfs";
  constexpr std::size_t account_file_limit = 4 * 1024 * 1024;
  auto who = oci::resolve_identity(image.user, c.status.config.secure,
                                   files::read_in_root(root, "/etc/passwd", account_file_limit),
                                   files::read_in_root(root, "/etc/group", account_file_limit));
  if (!who) return tl::unexpected(who.error());
  auto directory = where_.sandbox(s.status.id);
  oci::spec_input in;
  in.pod = pod;
  in.container = c.status.config;
  in.image = image.run();
  in.who = std::move(*who);
  in.cgroup_path = c.cgroup;
  if (!pod.host_network) in.namespaces.net = network_namespace(s.status.id), in.namespaces.uts = directory + "/uts";
  if (!pod.host_ipc) in.namespaces.ipc = directory + "/ipc";
  in.namespaces.pid = pid_namespace(s, c);
  in.files = {directory + "/resolv.conf", directory + "/hostname", pod.host_ipc ? "/dev/shm" : directory + "/shm"};
  in.machine = limits_;
  auto& seccomp = c.status.config.secure.seccomp;
  if (seccomp.starts_with(oci::seccomp_file_prefix)) {
    auto profile = seccomp_file(seccomp.substr(oci::seccomp_file_prefix.size()));
    if (!profile) return tl::unexpected(profile.error());
    in.seccomp = std::move(*profile);
  }
  if (c.status.config.secure.privileged) {
    in.devices = all_devices();
  } else {
    for (auto& d : c.status.config.devices) {
      auto node = device_at(d);
      if (!node) return tl::unexpected(node.error());
      in.devices.push_back(std::move(*node));
    }
  }
  return in;
}

backend::result<container_record> machine::make_container(const sandbox_record& s, container_record c) {
  auto& config = c.status.config;
  auto& ref = config.image_ref.empty() ? config.image : config.image_ref;
  auto image = images_.find(ref);
  if (!image) return tl::unexpected(fmt::format("image \"{}\": not found", ref));
  auto directory = where_.container(c.status.id);
  c.status.created_us = now_us();
  c.status.image_id = image->id;
  c.status.image_ref = image->digests.empty() ? image->id : image->digests.front();
  c.cgroup = s.cgroup + "/" + c.status.id;
  c.stop_signal = oci::signal_number(config.stop_signal.empty() ? image->stop_signal : config.stop_signal);
  auto make = [&]() -> outcome {
    if (auto done = files::make_directories(directory, 0711); !done) return done;
    if (auto done = mount_root(c, *image); !done) return done;
    auto in = spec_input(s, c, *image);
    if (!in) return tl::unexpected(in.error());
    auto spec = oci::container_spec(*in);
    if (!spec)
      return tl::unexpected(fmt::format("failed to generate container \"{}\" spec: failed to generate spec: {}",
                                        c.status.id, spec.error()));
    if (auto done = files::write(directory + "/config.json", api::json::serialize(*spec)); !done) return done;
    if (!config.log_path.empty())
      if (auto done = files::make_directories(std::filesystem::path(config.log_path).parent_path().string()); !done)
        return done;
    return save(c);
  };
  if (auto done = make(); !done) {
    (void)remove_container(c);
    return tl::unexpected(done.error());
  }
  return c;
}

backend::outcome machine::remove_container(const container_record& c) {
  release(c);
  auto directory = where_.container(c.status.id);
  if (auto done = files::remove_tree(directory); !done) return done;
  ::unlink(where_.exit_file(c.status.id).c_str());
  return files::remove_tree(where_.layer(c.status.id));
}

} // namespace troupe::actors::runtime
