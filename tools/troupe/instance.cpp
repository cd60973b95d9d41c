#include "tools/troupe/instance.hpp"
#include "net/certificates/random.hpp"
#include "policies/api/json.hpp"
#include "tools/troupe/machine.hpp"
#include <cstring>
#include <fcntl.h>
#include <filesystem>
#include <fmt/format.h>
#include <fstream>
#include <set>
#include <sstream>
#include <sys/file.h>
#include <unistd.h>

namespace troupe::tools {

namespace {

namespace fs = std::filesystem;
namespace json = api::json;
using actors::cluster::cluster_config;
using actors::cluster::runtime_kind;

/// Where the instances of this machine leave word of the ranges that they use.
const fs::path registry = "/run/troupe";
constexpr int instances_max = 60;
constexpr int newest_version = 2;

std::string instance_of(const std::string& data_dir) {
  std::uint64_t h = 14695981039346656037u; // FNV-1a
  for (unsigned char c : data_dir) h = (h ^ c) * 1099511628211u;
  return fmt::format("{:08x}", static_cast<std::uint32_t>(h ^ (h >> 32)));
}

tl::expected<json::object, std::string> read_json(const fs::path& file) {
  std::ifstream in(file);
  if (!in) return tl::make_unexpected(fmt::format("read {}: {}", file.string(), std::strerror(errno)));
  std::stringstream text;
  text << in.rdbuf();
  boost::system::error_code error;
  auto value = json::parse(text.str(), error);
  if (error || !value.is_object()) return tl::make_unexpected(fmt::format("{} is damaged", file.string()));
  return std::move(value.get_object());
}

bool write_json(const fs::path& file, const json::object& document) {
  std::error_code error;
  fs::create_directories(file.parent_path(), error);
  auto fresh = file.string() + ".new";
  std::ofstream out(fresh, std::ios::trunc);
  out << json::serialize(document) << "\n";
  out.close();
  if (!out) return false;
  fs::rename(fresh, file, error);
  return !error;
}

std::set<int> numbers_in_use(const std::string& own_instance) {
  std::set<int> out;
  std::error_code error;
  for (auto& entry : fs::directory_iterator(registry, error)) {
    if (entry.path().stem() == own_instance) continue;
    auto document = read_json(entry.path());
    if (!document) continue;
    // Word of a cluster whose directory is gone counts no more.
    if (!fs::exists(std::string(api::string_at(*document, {"dataDir"})), error)) continue;
    out.insert(static_cast<int>(api::int_at(*document, {"number"}, -1)));
  }
  return out;
}

void apply_number(cluster_config& c, int number) {
  c.cluster_cidr = fmt::format("10.{}.0.0/16", 244 - number);
  c.pod_cidr = fmt::format("10.{}.0.0/24", 244 - number);
  c.service_cidr = fmt::format("10.{}.0.0/16", 96 + number);
  c.dns_address = fmt::format("10.{}.0.10", 96 + number);
}

/// The number whose ranges these are; -1 for ranges of another making.
int number_of(const cluster_config& c) {
  cluster_config other;
  for (int n = 0; n < instances_max; ++n) {
    apply_number(other, n);
    if (other.cluster_cidr == c.cluster_cidr) return n;
  }
  return -1;
}

} // namespace

json::object describe(const cluster_config& c) {
  json::array roles;
  if (c.control_plane) roles.emplace_back("control-plane");
  if (c.worker) roles.emplace_back("worker");
  return {{"version", newest_version},
          {"number", number_of(c)},
          {"instance", c.instance},
          {"dataDir", c.data_dir},
          {"clusterID", c.cluster_id},
          {"nodeID", c.node_id},
          {"nodeName", c.node_name},
          {"roles", std::move(roles)},
          {"runtime", c.runtime == runtime_kind::embedded ? "embedded" : "hollow"},
          {"apiPort", c.api_port},
          {"linkPort", c.link_port},
          {"clusterCIDR", c.cluster_cidr},
          {"podCIDR", c.pod_cidr},
          {"serviceCIDR", c.service_cidr},
          {"dnsAddress", c.dns_address},
          {"domain", c.domain}};
}

namespace {

void read_ranges(const json::object& document, cluster_config& c) {
  auto text = [&](std::string_view name) { return std::string(api::string_at(document, {name})); };
  c.cluster_cidr = text("clusterCIDR");
  c.pod_cidr = text("podCIDR");
  c.service_cidr = text("serviceCIDR");
  c.dns_address = text("dnsAddress");
  c.domain = text("domain");
  c.cluster_id = text("clusterID");
  c.node_id = static_cast<std::uint64_t>(api::int_at(document, {"nodeID"}));
  c.api_port = static_cast<std::uint16_t>(api::int_at(document, {"apiPort"}));
  c.link_port = static_cast<std::uint16_t>(api::int_at(document, {"linkPort"}));
  c.control_plane = c.worker = false;
  if (auto* roles = api::array_at(document, {"roles"}))
    for (auto& role : *roles) {
      c.control_plane |= role == "control-plane";
      c.worker |= role == "worker";
    }
}

/// What is said at each start, and not kept.
void take_wishes(cluster_config& c, const cluster_config& wanted) {
  c.node_ip = wanted.node_ip.empty() ? host_address() : wanted.node_ip;
  c.api_address = wanted.api_address;
  // A port that was chosen once is taken again while it is free: others know it.
  if (wanted.api_port != 0 || !port_is_free(c.api_address, c.api_port)) c.api_port = wanted.api_port;
  c.runtime = wanted.runtime;
  c.hollow_nodes = wanted.hollow_nodes;
  c.hollow_delay_ms = wanted.hollow_delay_ms;
  c.workers = wanted.workers;
  c.link_silence_ms = wanted.link_silence_ms;
  c.etcd_listen = wanted.etcd_listen;
}

tl::expected<void, std::string> make_data_dir(cluster_config& c) {
  std::error_code error;
  fs::create_directories(c.data_dir, error);
  if (error) return tl::make_unexpected(fmt::format("make the data directory {}: {}", c.data_dir, error.message()));
  c.data_dir = fs::canonical(c.data_dir, error).string();
  return {};
}

} // namespace

tl::expected<cluster_config, std::string> load_instance(const std::string& data_dir) {
  auto document = read_json(fs::path(data_dir) / "cluster.json");
  if (!document) return tl::make_unexpected(document.error());
  auto version = api::int_at(*document, {"version"});
  if (version > newest_version)
    return tl::make_unexpected(data_dir + "/cluster.json was written by a newer version of this program");
  cluster_config c;
  c.data_dir = data_dir;
  c.instance = api::string_at(*document, {"instance"});
  c.node_name = api::string_at(*document, {"nodeName"});
  c.run_dir = "/run/troupe-" + c.instance;
  if (api::string_at(*document, {"runtime"}) == "hollow") c.runtime = runtime_kind::hollow;
  if (version == 1) { // A cluster of one node, from before there were others.
    apply_number(c, static_cast<int>(api::int_at(*document, {"number"})));
    c.api_port = c.link_port = 0;
  } else {
    read_ranges(*document, c);
  }
  return c;
}

tl::expected<void, std::string> save_instance(const cluster_config& c) {
  auto file = fs::path(c.data_dir) / "cluster.json";
  auto document = describe(c);
  if (auto there = read_json(file); !there || *there != document)
    if (!write_json(file, document))
      return tl::make_unexpected(fmt::format("write {}: {}", file.string(), std::strerror(errno)));
  if (geteuid() == 0) write_json(registry / (c.instance + ".json"), document);
  return {};
}

tl::expected<cluster_config, std::string> complete(cluster_config c, std::optional<std::uint16_t> link_port) {
  if (auto made = make_data_dir(c); !made) return tl::make_unexpected(made.error());
  if (fs::exists(fs::path(c.data_dir) / "cluster.json")) {
    auto there = load_instance(c.data_dir);
    if (!there) return there;
    if (there->node_id != 1)
      return tl::make_unexpected(fmt::format("{0} belongs to a node that joined a cluster; start it with 'troupe node "
                                             "--data-dir {0}'", c.data_dir));
    take_wishes(*there, c);
    c = std::move(*there);
  } else {
    c.instance = instance_of(c.data_dir);
    if (c.node_name.empty()) c.node_name = host_name();
    if (c.node_ip.empty()) c.node_ip = host_address();
    c.run_dir = "/run/troupe-" + c.instance;
    auto used = numbers_in_use(c.instance);
    int number = 0;
    while (used.contains(number)) ++number;
    if (number >= instances_max)
      return tl::make_unexpected("no address ranges left: too many clusters on this machine");
    apply_number(c, number);
    // A second cluster on this machine finds the usual port taken.
    if (!link_port && !port_is_free(c.link_address, c.link_port)) c.link_port = 0;
  }
  if (link_port) c.link_port = *link_port;
  if (c.cluster_id.empty()) c.cluster_id = net::certificates::random_uuid(net::certificates::system_random());
  if (auto saved = save_instance(c); !saved) return tl::make_unexpected(saved.error());
  return c;
}

tl::expected<cluster_config, std::string> prepare_node(cluster_config c) {
  if (auto made = make_data_dir(c); !made) return tl::make_unexpected(made.error());
  c.instance = instance_of(c.data_dir);
  c.run_dir = "/run/troupe-" + c.instance;
  if (c.node_name.empty()) c.node_name = host_name();
  if (c.node_ip.empty()) c.node_ip = host_address();
  return c;
}

tl::expected<cluster_config, std::string> complete_joined(cluster_config known, const cluster_config& wanted) {
  take_wishes(known, wanted);
  if (auto saved = save_instance(known); !saved) return tl::make_unexpected(saved.error());
  return known;
}

tl::expected<data_dir_lock, std::string> data_dir_lock::take(const std::string& data_dir) {
  std::error_code error;
  fs::create_directories(data_dir, error);
  auto file = data_dir + "/lock";
  int fd = open(file.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0644);
  if (fd < 0) return tl::make_unexpected(fmt::format("open {}: {}", file, std::strerror(errno)));
  if (flock(fd, LOCK_EX | LOCK_NB) != 0) {
    close(fd);
    auto pid = running_in(data_dir);
    return tl::make_unexpected(
        fmt::format("a cluster is running in {} (process {}); stop it with 'troupe down --data-dir {}'", data_dir,
                    pid ? std::to_string(*pid) : "unknown", data_dir));
  }
  auto text = std::to_string(getpid()) + "\n";
  if (ftruncate(fd, 0) != 0 || pwrite(fd, text.data(), text.size(), 0) < 0) {
    close(fd);
    return tl::make_unexpected(fmt::format("write {}: {}", file, std::strerror(errno)));
  }
  return data_dir_lock(fd);
}

data_dir_lock::data_dir_lock(data_dir_lock&& other) noexcept : fd_(std::exchange(other.fd_, -1)) {}
data_dir_lock::~data_dir_lock() {
  if (fd_ >= 0) close(fd_);
}

std::optional<pid_t> running_in(const std::string& data_dir) {
  auto file = data_dir + "/lock";
  int fd = open(file.c_str(), O_RDONLY | O_CLOEXEC);
  if (fd < 0) return std::nullopt;
  std::optional<pid_t> out;
  if (flock(fd, LOCK_SH | LOCK_NB) != 0) {
    char text[32] = {};
    if (read(fd, text, sizeof text - 1) > 0) out = static_cast<pid_t>(std::atol(text));
  }
  close(fd);
  return out;
}

} // namespace troupe::tools
