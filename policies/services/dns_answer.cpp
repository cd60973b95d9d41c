#include "policies/services/dns_answer.hpp"
#include <algorithm>

namespace troupe::policies::services {

namespace {

bool asks(std::uint16_t type, dns_type t) {
  return type == static_cast<std::uint16_t>(t) || type == static_cast<std::uint16_t>(dns_type::any);
}

std::string lower(std::string_view text) {
  std::string out(text);
  for (auto& c : out)
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  return out;
}

std::vector<std::string> labels_of(std::string_view name) {
  std::vector<std::string> out;
  while (!name.empty()) {
    auto dot = std::min(name.find('.'), name.size());
    out.emplace_back(name.substr(0, dot));
    name.remove_prefix(std::min(dot + 1, name.size()));
  }
  return out;
}

struct asking {
  const dns_index& index;
  std::string name; ///< as it was asked
  std::uint16_t type;
  dns_answer out{dns_outcome::no_name, {}, {}, {}};

  void address(ipv4 a) {
    out.outcome = dns_outcome::found;
    if (asks(type, dns_type::a)) out.answers.push_back({name, dns_type::a, a, 0, 0, {}});
  }
  void server(const std::string& target, ipv4 a, std::uint16_t port, std::uint16_t weight) {
    out.outcome = dns_outcome::found;
    if (!asks(type, dns_type::srv)) return;
    out.answers.push_back({name, dns_type::srv, 0, port, weight, target});
    dns_record extra{target, dns_type::a, a, 0, 0, {}};
    auto same = [&](const dns_record& r) { return r.name == extra.name && r.address == extra.address; };
    if (std::none_of(out.additionals.begin(), out.additionals.end(), same)) out.additionals.push_back(std::move(extra));
  }
};

/// "svc.ns.svc.<domain>" itself.
void answer_service(asking& q, const dns_service& s, const std::string& full) {
  q.out.outcome = dns_outcome::found;
  if (!s.external_name.empty()) {
    q.out.answers.push_back({q.name, dns_type::cname, 0, 0, 0, s.external_name});
    if (q.type != static_cast<std::uint16_t>(dns_type::cname)) q.out.follow = s.external_name;
    return;
  }
  if (s.cluster_ip) {
    q.address(*s.cluster_ip);
    for (auto& p : s.ports)
      q.server(full, *s.cluster_ip, p.number, 100);
    return;
  }
  // A headless service without ready endpoints has no name (section 2.4.1).
  if (s.endpoints.empty()) q.out.outcome = dns_outcome::no_name;
  auto weight =
      static_cast<std::uint16_t>(std::max<std::size_t>(1, 100 / std::max<std::size_t>(1, s.endpoints.size())));
  for (auto& e : s.endpoints) {
    q.address(e.address);
    for (auto& p : e.ports)
      q.server(e.host + "." + full, e.address, p.number, weight);
  }
}

/// "_port._proto.svc.ns.svc.<domain>".
void answer_port(asking& q, const dns_service& s, const std::string& full, const std::string& key) {
  if (s.cluster_ip)
    for (auto& p : s.ports)
      if (p.key == key) q.server(full, *s.cluster_ip, p.number, 100);
  auto weight =
      static_cast<std::uint16_t>(std::max<std::size_t>(1, 100 / std::max<std::size_t>(1, s.endpoints.size())));
  for (auto& e : s.endpoints)
    for (auto& p : e.ports)
      if (p.key == key) q.server(e.host + "." + full, e.address, p.number, weight);
}

/// `labels` are those before ".svc.<domain>".
void answer_below_svc(asking& q, const std::vector<std::string>& labels) {
  if (labels.empty()) {
    q.out.outcome = dns_outcome::found;
    return;
  }
  if (labels.size() == 1) {
    if (q.index.namespaces.contains(labels[0])) q.out.outcome = dns_outcome::found;
    return;
  }
  auto ns = q.index.services.find(labels.back());
  if (ns == q.index.services.end()) return;
  auto& service_name = labels[labels.size() - 2];
  auto found = ns->second.find(service_name);
  if (found == ns->second.end()) return;
  auto& s = *found->second;
  auto full = service_name + "." + ns->first + ".svc." + q.index.domain;
  if (labels.size() == 2) return answer_service(q, s, full);
  if (labels.size() == 4) return answer_port(q, s, full, labels[0] + "." + labels[1]);
  if (labels.size() != 3) return;
  for (auto& e : s.endpoints) {
    if (e.host == labels[0]) q.address(e.address);
    // "_tcp.svc": nothing by itself, but names below it exist.
    for (auto& p : e.ports)
      if (p.key.ends_with("." + labels[0])) q.out.outcome = dns_outcome::found;
  }
  for (auto& p : s.ports)
    if (p.key.ends_with("." + labels[0])) q.out.outcome = dns_outcome::found;
}

/// "10-244-0-5.ns.pod.<domain>": whatever pod it is, as CoreDNS answers with `pods insecure`.
void answer_below_pod(asking& q, const std::vector<std::string>& labels) {
  if (labels.empty() || (labels.size() == 1 && q.index.namespaces.contains(labels[0]))) {
    q.out.outcome = dns_outcome::found;
    return;
  }
  if (labels.size() != 2 || !q.index.namespaces.contains(labels[1])) return;
  auto text = labels[0];
  std::replace(text.begin(), text.end(), '-', '.');
  if (auto a = parse_ipv4(text)) q.address(*a);
}

constexpr std::string_view reverse = ".in-addr.arpa";

dns_answer answer_reverse(const dns_index& index, std::string_view asked, const std::string& name, std::uint16_t type) {
  auto labels = labels_of(std::string_view(name).substr(0, name.size() - reverse.size()));
  std::reverse(labels.begin(), labels.end());
  std::string text;
  for (auto& l : labels)
    text += (text.empty() ? "" : ".") + l;
  auto a = parse_ipv4(text);
  auto found = a ? index.names.find(*a) : index.names.end();
  if (found == index.names.end()) return {};
  dns_answer out{dns_outcome::found, {}, {}, {}};
  if (asks(type, dns_type::ptr)) out.answers.push_back({std::string(asked), dns_type::ptr, 0, 0, 0, found->second});
  return out;
}

} // namespace

dns_answer answer_dns(const dns_index& index, std::string_view asked, std::uint16_t type) {
  auto name = lower(asked);
  if (name.ends_with(reverse)) return answer_reverse(index, asked, name, type);
  asking q{index, std::string(asked), type};
  if (name == index.domain) {
    q.out.outcome = dns_outcome::found;
    return q.out;
  }
  if (!name.ends_with("." + index.domain)) return {};
  auto labels = labels_of(std::string_view(name).substr(0, name.size() - index.domain.size() - 1));
  auto last = labels.back();
  labels.pop_back();
  if (last == "svc") {
    answer_below_svc(q, labels);
  } else if (last == "pod") {
    answer_below_pod(q, labels);
  } else if (last == "dns-version" && labels.empty()) {
    q.out.outcome = dns_outcome::found;
    if (asks(type, dns_type::txt)) q.out.answers.push_back({q.name, dns_type::txt, 0, 0, 0, "1.1.0"});
  }
  return q.out;
}

} // namespace troupe::policies::services
