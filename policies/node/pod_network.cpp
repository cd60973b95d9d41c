#include "policies/node/pod_network.hpp"
#include "policies/node/pod_record.hpp"
#include <algorithm>
#include <fmt/format.h>

namespace troupe::policies::node {

namespace {

constexpr std::size_t servers_max = 3, searches_max = 32, searches_length_max = 2048;

void add_new(std::vector<std::string>& list, std::string_view item) {
  if (std::find(list.begin(), list.end(), item) == list.end()) list.emplace_back(item);
}

std::string_view option_name(std::string_view option) { return option.substr(0, option.find(':')); }

void merge_config(const api::json::object& config, oci::dns_config& out) {
  if (auto* servers = api::array_at(config, {"nameservers"}))
    for (auto& s : *servers)
      if (auto* text = s.if_string()) add_new(out.servers, *text);
  if (auto* searches = api::array_at(config, {"searches"}))
    for (auto& s : *searches)
      if (auto* text = s.if_string()) add_new(out.searches, *text);
  if (auto* options = api::array_at(config, {"options"}))
    for (auto& o : *options) {
      auto name = api::string_at(o, {"name"}), value = api::string_at(o, {"value"});
      std::erase_if(out.options, [&](auto& old) { return option_name(old) == name; });
      out.options.push_back(value.empty() ? std::string(name) : fmt::format("{}:{}", name, value));
    }
}

void limit(oci::dns_config& c) {
  if (c.servers.size() > servers_max) c.servers.resize(servers_max);
  if (c.searches.size() > searches_max) c.searches.resize(searches_max);
  std::size_t length = 0, count = 0;
  for (auto& s : c.searches) {
    length += s.size() + (count > 0 ? 1 : 0);
    if (length > searches_length_max) break;
    ++count;
  }
  c.searches.resize(count);
}

} // namespace

oci::dns_config pod_dns(const api::object& pod, const cluster_dns& cluster) {
  auto policy = api::string_at(pod.spec(), {"dnsPolicy"}, "ClusterFirst");
  bool host_network = api::bool_at(pod.spec(), {"hostNetwork"});
  bool from_cluster = policy == "ClusterFirstWithHostNet" || (policy == "ClusterFirst" && !host_network);
  oci::dns_config out;
  if (policy == "None") {
  } else if (from_cluster && !cluster.servers.empty()) {
    out.servers = cluster.servers;
    auto& d = cluster.domain;
    out.searches = {fmt::format("{}.svc.{}", pod.ns(), d), fmt::format("svc.{}", d), d};
    for (auto& s : cluster.host.searches) add_new(out.searches, s);
    out.options = {"ndots:5"};
  } else {
    out = cluster.host;
  }
  if (auto* config = api::object_at(pod.spec(), {"dnsConfig"})) merge_config(*config, out);
  limit(out);
  return out;
}

oci::dns_config parse_resolv_conf(std::string_view text) {
  oci::dns_config out;
  while (!text.empty()) {
    auto end = text.find('\n');
    auto line = text.substr(0, end);
    text = end == std::string_view::npos ? std::string_view{} : text.substr(end + 1);
    std::vector<std::string> words;
    while (true) {
      auto begin = line.find_first_not_of(" \t\r");
      if (begin == std::string_view::npos || line[begin] == '#' || line[begin] == ';') break;
      auto stop = std::min(line.find_first_of(" \t\r", begin), line.size());
      words.emplace_back(line.substr(begin, stop - begin));
      line.remove_prefix(stop);
    }
    if (words.size() < 2) continue;
    if (words[0] == "nameserver") out.servers.push_back(words[1]);
    // The last of several search or options lines counts.
    if (words[0] == "search") out.searches.assign(words.begin() + 1, words.end());
    if (words[0] == "options") out.options.assign(words.begin() + 1, words.end());
  }
  for (auto& s : out.searches)
    if (s.size() > 1 && s.ends_with('.')) s.pop_back();
  return out;
}

std::string pod_fqdn(const api::object& pod, std::string_view domain) {
  auto subdomain = api::string_at(pod.spec(), {"subdomain"});
  if (subdomain.empty()) return {};
  auto name = api::string_at(pod.spec(), {"hostname"});
  return fmt::format("{}.{}.{}.svc.{}", name.empty() ? pod.name() : name, subdomain, pod.ns(), domain);
}

std::string pod_hostname(const api::object& pod, std::string_view domain) {
  if (api::bool_at(pod.spec(), {"setHostnameAsFQDN"}))
    if (auto full = pod_fqdn(pod, domain); !full.empty()) return full;
  auto name = api::string_at(pod.spec(), {"hostname"});
  std::string out(name.empty() ? pod.name() : name);
  if (out.size() > 63) {
    out.resize(63);
    out.erase(out.find_last_not_of("-.") + 1);
  }
  return out;
}

std::string hosts_file(const api::object& pod, const std::vector<std::string>& pod_ips, std::string_view domain,
                       std::string_view node_hosts) {
  std::string out = "# Kubernetes-managed hosts file";
  if (api::bool_at(pod.spec(), {"hostNetwork"})) {
    out += " (host network).\n";
    out += node_hosts;
  } else {
    out += ".\n127.0.0.1\tlocalhost\n::1\tlocalhost ip6-localhost ip6-loopback\nfe00::0\tip6-localnet\n"
           "fe00::0\tip6-mcastprefix\nfe00::1\tip6-allnodes\nfe00::2\tip6-allrouters\n";
    auto full = pod_fqdn(pod, domain);
    auto name = pod_hostname(pod, domain);
    name = name.substr(0, name.find('.'));
    for (auto& ip : pod_ips)
      out += full.empty() ? fmt::format("{}\t{}\n", ip, name) : fmt::format("{}\t{}\t{}\n", ip, full, name);
  }
  auto* aliases = api::array_at(pod.spec(), {"hostAliases"});
  if (!aliases || aliases->empty()) return out;
  out += "\n# Entries added by HostAliases.\n";
  for (auto& a : *aliases) {
    out += api::string_at(a, {"ip"});
    if (auto* names = api::array_at(a, {"hostnames"}))
      for (auto& n : *names)
        if (auto* text = n.if_string()) out.append("\t").append(text->data(), text->size());
    out += '\n';
  }
  return out;
}

std::vector<oci::port_mapping> host_ports(const api::object& pod) {
  std::vector<oci::port_mapping> out;
  if (api::bool_at(pod.spec(), {"hostNetwork"})) return out;
  for (auto& c : containers_of(pod)) {
    auto* ports = api::array_at(*c.spec, {"ports"});
    if (!ports || c.kind == container_kind::ephemeral) continue;
    for (auto& p : *ports) {
      auto host = api::int_at(p, {"hostPort"});
      if (host <= 0 || host > 65535) continue;
      auto proto = api::string_at(p, {"protocol"}, "TCP");
      out.push_back({proto == "UDP"    ? oci::protocol::udp
                     : proto == "SCTP" ? oci::protocol::sctp
                                       : oci::protocol::tcp,
                     static_cast<std::uint16_t>(api::int_at(p, {"containerPort"})), static_cast<std::uint16_t>(host),
                     std::string(api::string_at(p, {"hostIP"}))});
    }
  }
  return out;
}

} // namespace troupe::policies::node
