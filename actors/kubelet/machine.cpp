#include "actors/kubelet/machine.hpp"
#include <fstream>
#include <iterator>
#include <sched.h>
#include <sstream>
#include <sys/statvfs.h>
#include <sys/utsname.h>
#include <unistd.h>

namespace troupe::actors::kubelet {

namespace {

std::string first_line(const std::string& path) {
  auto text = text_of_file(path);
  return text.substr(0, text.find('\n'));
}

std::int64_t memory_bytes() {
  std::istringstream lines(text_of_file("/proc/meminfo"));
  for (std::string line; std::getline(lines, line);)
    if (line.starts_with("MemTotal:")) return std::strtoll(line.c_str() + 9, nullptr, 10) * 1024;
  return 0;
}

std::string pretty_name() {
  std::istringstream lines(text_of_file("/etc/os-release"));
  for (std::string line; std::getline(lines, line);)
    if (line.starts_with("PRETTY_NAME=\"") && line.ends_with('"')) return line.substr(13, line.size() - 14);
  return "Linux";
}

} // namespace

std::string text_of_file(const std::string& path) {
  std::ifstream in(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

policies::node::node_facts machine_facts(const std::string& data_dir) {
  policies::node::node_facts f;
  cpu_set_t set;
  f.milli_cpu =
      ::sched_getaffinity(0, sizeof set, &set) == 0 ? CPU_COUNT(&set) * 1000 : ::sysconf(_SC_NPROCESSORS_ONLN) * 1000;
  f.memory_bytes = memory_bytes();
  struct statvfs disk {};
  if (::statvfs(data_dir.c_str(), &disk) == 0)
    f.storage_bytes = static_cast<std::int64_t>(disk.f_blocks) * static_cast<std::int64_t>(disk.f_frsize);
  utsname system{};
  if (::uname(&system) == 0) {
    f.kernel = system.release;
    std::string machine = system.machine;
    f.arch = machine == "x86_64" ? "amd64" : machine == "aarch64" ? "arm64" : machine;
  }
  f.os_image = pretty_name();
  f.machine_id = first_line("/etc/machine-id");
  f.system_uuid = first_line("/sys/class/dmi/id/product_uuid");
  if (f.system_uuid.empty()) f.system_uuid = f.machine_id;
  f.boot_id = first_line("/proc/sys/kernel/random/boot_id");
  return f;
}

} // namespace troupe::actors::kubelet
