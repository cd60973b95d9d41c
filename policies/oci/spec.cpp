#include "policies/oci/spec.hpp"
#include "policies/oci/capabilities.hpp"
#include "policies/oci/seccomp.hpp"
#include <algorithm>
#include <array>
#include <charconv>
#include <map>

namespace troupe::policies::oci {

namespace json = api::json;

namespace {

constexpr std::string_view default_path = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";

json::array strings(const std::vector<std::string>& list) {
  json::array out;
  for (auto& s : list) out.emplace_back(s);
  return out;
}

/// Later assignments win but keep the place of the first, as a shell would show them.
json::array environment(const spec_input& in) {
  std::vector<std::pair<std::string, std::string>> list;
  auto set = [&](std::string name, std::string value) {
    auto found = std::find_if(list.begin(), list.end(), [&](auto& e) { return e.first == name; });
    if (found == list.end())
      list.emplace_back(std::move(name), std::move(value));
    else
      found->second = std::move(value);
  };
  set("PATH", std::string(default_path));
  if (!in.pod.hostname.empty()) set("HOSTNAME", in.pod.hostname);
  if (in.container.tty) set("TERM", "xterm");
  for (auto& line : in.image.env) {
    auto eq = line.find('=');
    set(line.substr(0, eq), eq == std::string::npos ? "" : line.substr(eq + 1));
  }
  for (auto& [name, value] : in.container.env) set(name, value);
  json::array out;
  for (auto& [name, value] : list) out.emplace_back(name + "=" + value);
  return out;
}

std::vector<std::string> capabilities(const spec_input& in) {
  auto& secure = in.container.secure;
  if (secure.privileged) return in.machine.capabilities;
  return effective_capabilities(secure.add_capabilities, secure.drop_capabilities, in.machine.capabilities);
}

json::object capability_sets(const spec_input& in) {
  auto list = strings(capabilities(in));
  return {{"bounding", list}, {"effective", list}, {"permitted", list}};
}

json::object process(const spec_input& in, const std::vector<std::string>& args) {
  auto& c = in.container;
  json::object user{{"uid", in.who.uid}, {"gid", in.who.gid}};
  if (!in.who.groups.empty()) {
    json::array groups;
    for (auto g : in.who.groups) groups.emplace_back(g);
    user["additionalGids"] = std::move(groups);
  }
  auto cwd = !c.working_dir.empty() ? c.working_dir : !in.image.working_dir.empty() ? in.image.working_dir : "/";
  return {{"terminal", c.tty},
          {"user", std::move(user)},
          {"args", strings(args)},
          {"env", environment(in)},
          {"cwd", cwd},
          {"capabilities", capability_sets(in)},
          {"noNewPrivileges", !c.secure.allow_privilege_escalation && !c.secure.privileged},
          {"oomScoreAdj", std::clamp<std::int64_t>(c.limits.oom_score_adj, in.machine.oom_score_min, 1000)}};
}

json::array namespaces(const spec_input& in) {
  json::array out;
  auto add = [&](std::string_view type, const std::string& path) {
    json::object ns{{"type", type}};
    if (!path.empty()) ns["path"] = path;
    out.push_back(std::move(ns));
  };
  add("mount", "");
  add("cgroup", "");
  if (!in.namespaces.pid.empty() || !in.pod.host_pid) add("pid", in.namespaces.pid);
  if (!in.namespaces.net.empty()) add("network", in.namespaces.net);
  if (!in.namespaces.ipc.empty()) add("ipc", in.namespaces.ipc);
  if (!in.namespaces.uts.empty()) add("uts", in.namespaces.uts);
  return out;
}

json::object resource_limits(const spec_input& in) {
  auto& r = in.container.limits;
  bool privileged = in.container.secure.privileged;
  json::object out;
  json::array devices{json::object{{"allow", privileged}, {"access", "rwm"}}};
  if (!privileged)
    for (auto& d : in.devices)
      devices.push_back(json::object{{"allow", true}, {"type", std::string(1, d.type)}, {"major", d.major},
                                     {"minor", d.minor}, {"access", d.permissions}});
  out["devices"] = std::move(devices);
  if (r.memory_limit_bytes > 0) out["memory"] = json::object{{"limit", r.memory_limit_bytes}};
  json::object cpu;
  if (r.cpu_shares > 0) cpu["shares"] = r.cpu_shares;
  if (r.cpu_quota_us > 0) {
    cpu["quota"] = r.cpu_quota_us;
    cpu["period"] = r.cpu_period_us > 0 ? r.cpu_period_us : 100'000;
  }
  if (!cpu.empty()) out["cpu"] = std::move(cpu);
  if (r.pids_limit > 0) out["pids"] = json::object{{"limit", r.pids_limit}};
  return out;
}

json::array device_nodes(const std::vector<device_node>& list) {
  json::array out;
  for (auto& d : list)
    out.push_back(json::object{{"path", d.path}, {"type", std::string(1, d.type)}, {"major", d.major},
                               {"minor", d.minor}, {"fileMode", d.mode}});
  return out;
}

json::object linux_part(const spec_input& in) {
  json::object out{{"cgroupsPath", in.cgroup_path},
                   {"namespaces", namespaces(in)},
                   {"resources", resource_limits(in)},
                   {"rootfsPropagation", root_propagation(in.container.mounts)}};
  if (!in.devices.empty()) out["devices"] = device_nodes(in.devices);
  auto& secure = in.container.secure;
  if (in.seccomp && !secure.privileged)
    out["seccomp"] = *in.seccomp;
  else if (secure.seccomp == "RuntimeDefault" && !secure.privileged)
    out["seccomp"] = default_seccomp(capabilities(in));
  if (!in.container.secure.privileged && !in.container.secure.unmasked_proc) {
    out["maskedPaths"] = json::array{"/proc/acpi", "/proc/asound", "/proc/kcore", "/proc/keys", "/proc/latency_stats",
                                     "/proc/timer_list", "/proc/timer_stats", "/proc/sched_debug", "/proc/scsi",
                                     "/sys/firmware"};
    out["readonlyPaths"] = json::array{"/proc/bus", "/proc/fs", "/proc/irq", "/proc/sys", "/proc/sysrq-trigger"};
  }
  return out;
}

} // namespace

tl::expected<std::vector<std::string>, std::string> arguments(const container_config& container,
                                                              const image_config& image) {
  auto out = !container.command.empty() ? container.command : image.entrypoint;
  auto& rest = !container.args.empty() || !container.command.empty() ? container.args : image.cmd;
  out.insert(out.end(), rest.begin(), rest.end());
  if (out.empty()) return tl::unexpected(std::string("no command specified"));
  return out;
}

tl::expected<json::object, std::string> container_spec(const spec_input& in) {
  auto args = arguments(in.container, in.image);
  if (!args) return tl::unexpected(args.error());
  for (auto& m : in.container.mounts)
    if (!m.container_path.starts_with('/'))
      return tl::unexpected("mount path \"" + m.container_path + "\" must be absolute");
  // The hostname belongs to the pinned uts namespace: naming it here would rename the pod, or fail on the node's.
  return json::object{{"ociVersion", "1.0.2-dev"},
                      {"process", process(in, *args)},
                      {"root", json::object{{"path", "rootfs"}, {"readonly", in.container.secure.read_only_root}}},
                      {"mounts", spec_mounts(in.pod, in.container, in.files)},
                      {"linux", linux_part(in)}};
}

json::object exec_process(const json::object& spec, const std::vector<std::string>& command, bool tty) {
  json::object out;
  if (auto* p = api::object_at(spec, {"process"})) out = *p;
  out["terminal"] = tty;
  out["args"] = strings(command);
  if (tty) {
    auto& env = out["env"];
    if (!env.is_array()) env = json::array{};
    auto& list = env.get_array();
    bool has = std::any_of(list.begin(), list.end(), [](auto& v) { return v.as_string().starts_with("TERM="); });
    if (!has) list.emplace_back("TERM=xterm");
  }
  return out;
}

int signal_number(std::string_view text) noexcept {
  static constexpr std::array<std::string_view, 32> names = {
    "",     "HUP",  "INT",  "QUIT", "ILL",    "TRAP", "ABRT", "BUS",  "FPE",  "KILL",   "USR1",
    "SEGV", "USR2", "PIPE", "ALRM", "TERM",   "STKFLT", "CHLD", "CONT", "STOP", "TSTP",   "TTIN",
    "TTOU", "URG",  "XCPU", "XFSZ", "VTALRM", "PROF", "WINCH", "IO",  "PWR",  "SYS"};
  int number = 0;
  auto [end, ec] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (ec == std::errc{} && end == text.data() + text.size() && number > 0 && number <= 64) return number;
  if (text.starts_with("SIG")) text.remove_prefix(3);
  if (text.starts_with("RTMIN")) {
    auto rest = text.substr(5);
    if (rest.empty()) return 34;
    std::from_chars(rest.data() + 1, rest.data() + rest.size(), number);
    return rest[0] == '+' && number <= 30 ? 34 + number : 15;
  }
  for (std::size_t i = 1; i < names.size(); ++i)
    if (names[i] == text) return static_cast<int>(i);
  return 15;
}

std::string resolv_conf(const dns_config& dns) {
  std::string out;
  auto line = [&](std::string_view keyword, const std::vector<std::string>& words) {
    if (words.empty()) return;
    out += keyword;
    for (auto& w : words) out += " " + w;
    out += "\n";
  };
  line("search", dns.searches);
  for (auto& s : dns.servers) out += "nameserver " + s + "\n";
  line("options", dns.options);
  return out;
}

} // namespace troupe::policies::oci
