#include "policies/strategy/service_allocator.hpp"
#include <algorithm>
#include <arpa/inet.h>
#include <fmt/format.h>
#include <set>

namespace troupe::policies::strategy {

namespace json = api::json;

namespace {

struct needs {
  bool address = false; ///< a cluster IP of its own
  bool node_ports = false;
  bool health_port = false;
  bool external_name = false;
};

needs needs_of(const json::object& service) {
  auto type = api::string_at(service, {"spec", "type"});
  needs out;
  out.external_name = type == "ExternalName";
  out.address = !out.external_name && api::string_at(service, {"spec", "clusterIP"}) != "None";
  out.node_ports = type == "NodePort" ||
                   (type == "LoadBalancer" && api::bool_at(service, {"spec", "allocateLoadBalancerNodePorts"}, true));
  out.health_port = type == "LoadBalancer" && api::string_at(service, {"spec", "externalTrafficPolicy"}) == "Local";
  return out;
}

std::string dotted(std::uint32_t a) {
  return fmt::format("{}.{}.{}.{}", a >> 24, a >> 16 & 255, a >> 8 & 255, a & 255);
}

/// A free number in [first, last], from the band that starts at `upper` if it has one.
template <class Taken>
std::optional<std::int64_t> pick(std::int64_t first, std::int64_t upper, std::int64_t last, const random_source& random,
                                 Taken taken) {
  for (auto [from, to] : {std::pair{upper, last}, {first, upper - 1}}) {
    if (from > to) continue;
    auto size = to - from + 1;
    auto start = static_cast<std::int64_t>(random() % static_cast<std::uint64_t>(size));
    for (std::int64_t i = 0; i < size; ++i)
      if (auto candidate = from + (start + i) % size; !taken(candidate)) return candidate;
  }
  return {};
}

class allocation {
public:
  allocation(json::object& body, const json::object* old, const service_allocations& held,
             const service_network& network, const random_source& random)
      : body_(body), spec_(api::ensure_object(body, {"spec"})), old_(old), held_(held), network_(network),
        random_(random) {}

  api::result<void> run() {
    if (old_) keep_held();
    normalize_address();
    set_families();
    if (errors_.empty()) set_address();
    if (errors_.empty() && !full_) set_ports();
    if (full_) return api::failure(api::internal_error(*full_));
    if (!errors_.empty())
      return api::failure(api::invalid("", "Service", api::string_at(body_, {"metadata", "name"}), errors_));
    return {};
  }

private:
  void fail(std::string field, std::string value, std::string detail) {
    errors_.push_back({api::field_error_type::invalid, std::move(field), std::move(value), std::move(detail)});
  }

  /// What the old version holds stays where the new one leaves it out and still needs it, and goes where it does not.
  void keep_held() {
    auto before = needs_of(*old_), now = needs_of(body_);
    static const json::object none;
    auto* found = api::object_at(*old_, {"spec"});
    auto& was = found ? *found : none;
    auto same_type = api::string_at(was, {"type"}) == api::string_at(spec_, {"type"});
    if (before.address && now.address && blank("clusterIP")) copy(was, {"clusterIP", "clusterIPs"});
    if (!before.external_name && !now.external_name)
      for (auto name : {"ipFamilies", "ipFamilyPolicy"})
        if (!spec_.contains(name)) copy(was, {name});
    if (now.external_name && !before.external_name)
      for (auto name : {"clusterIP", "clusterIPs", "ipFamilies", "ipFamilyPolicy"})
        drop_if_same(was, name);
    if (before.node_ports && now.node_ports) copy_node_ports(was);
    if (before.node_ports && !now.node_ports && !same_type) drop_node_ports(was);
    if (before.health_port && now.health_port && api::int_at(spec_, {"healthCheckNodePort"}) == 0)
      copy(was, {"healthCheckNodePort"});
    if (before.health_port && !now.health_port) drop_if_same(was, "healthCheckNodePort");
    auto type = api::string_at(spec_, {"type"});
    if (type != "LoadBalancer")
      for (auto name : {"allocateLoadBalancerNodePorts", "loadBalancerClass"})
        drop_if_same(was, name);
    auto* external = api::array_at(spec_, {"externalIPs"});
    bool reachable =
        type == "LoadBalancer" || type == "NodePort" || (type == "ClusterIP" && external && !external->empty());
    if (!reachable) drop_if_same(was, "externalTrafficPolicy");
    if (type != "LoadBalancer") api::set_at(body_, {"status", "loadBalancer"}, json::object{});
  }

  bool blank(std::string_view name) const { return api::string_at(spec_, {name}).empty(); }
  void copy(const json::object& from, std::initializer_list<std::string_view> names) {
    for (auto name : names)
      if (auto* value = from.if_contains(name)) spec_[name] = *value;
  }
  void drop_if_same(const json::object& was, std::string_view name) {
    const json::value *now = spec_.if_contains(name), *before = was.if_contains(name);
    if (now && before && api::semantically_equal(*now, *before)) spec_.erase(name);
  }

  void copy_node_ports(const json::object& was) {
    auto *ports = api::array_at(spec_, {"ports"}), *before = api::array_at(was, {"ports"});
    if (!ports || !before) return;
    std::set<std::pair<std::string, std::int64_t>> used;
    for (auto& port : *ports)
      used.emplace(api::string_at(port, {"protocol"}), api::int_at(port, {"nodePort"}));
    for (auto& port : spec_["ports"].get_array()) {
      if (!port.is_object() || api::int_at(port, {"nodePort"}) != 0) continue;
      for (auto& candidate : *before) {
        auto number = api::int_at(candidate, {"nodePort"});
        bool same = api::int_at(candidate, {"port"}) == api::int_at(port, {"port"}) &&
                    api::string_at(candidate, {"protocol"}) == api::string_at(port, {"protocol"});
        if (same && number != 0 && used.emplace(api::string_at(port, {"protocol"}), number).second)
          port.get_object()["nodePort"] = number;
      }
    }
  }

  void drop_node_ports(const json::object& was) {
    auto* before = api::array_at(was, {"ports"});
    if (!before || !spec_.contains("ports") || !spec_["ports"].is_array()) return;
    std::set<std::int64_t> held;
    for (auto& port : *before)
      held.insert(api::int_at(port, {"nodePort"}));
    for (auto& port : spec_["ports"].get_array())
      if (port.is_object() && held.contains(api::int_at(port, {"nodePort"}))) port.get_object().erase("nodePort");
  }

  /// The single form and the list form of the address agree.
  void normalize_address() {
    auto* list = api::array_at(spec_, {"clusterIPs"});
    auto first =
        list && !list->empty() && (*list)[0].is_string() ? std::string((*list)[0].get_string()) : std::string();
    auto single = std::string(api::string_at(spec_, {"clusterIP"}));
    auto before = old_ ? std::string(api::string_at(*old_, {"spec", "clusterIP"})) : std::string();
    if (!single.empty() && first.empty()) spec_["clusterIPs"] = json::array{json::value(single)};
    // Clients that know the single form only change or clear that one.
    else if (old_ && single != before && first == before && single != first) {
      if (single.empty())
        spec_.erase("clusterIPs");
      else
        spec_["clusterIPs"] = json::array{json::value(single)};
    }
  }

  void set_families() {
    if (needs_of(body_).external_name) return;
    auto* selector = api::object_at(spec_, {"selector"});
    bool headless = api::string_at(spec_, {"clusterIP"}) == "None", selects = selector && !selector->empty();
    if (blank("ipFamilyPolicy")) spec_["ipFamilyPolicy"] = headless && !selects ? "RequireDualStack" : "SingleStack";
    auto policy = std::string(api::string_at(spec_, {"ipFamilyPolicy"}));
    bool free_families = headless && !selects;
    if (!free_families) {
      if (policy == "RequireDualStack")
        fail("spec.ipFamilyPolicy", "\"RequireDualStack\"", "this cluster is not configured for dual-stack services");
      if (auto* families = api::array_at(spec_, {"ipFamilies"}))
        for (std::size_t i = 0; i < families->size(); ++i)
          if (!(*families)[i].is_string() || (*families)[i].get_string() != "IPv4")
            fail(fmt::format("spec.ipFamilies[{}]", i), json::serialize((*families)[i]),
                 "not configured on this cluster");
    }
    if (!spec_.contains("ipFamilies") || !spec_["ipFamilies"].is_array()) spec_["ipFamilies"].emplace_array();
    auto& families = spec_["ipFamilies"].get_array();
    if (families.empty()) {
      auto address = api::string_at(spec_, {"clusterIP"});
      families.emplace_back(address.find(':') == std::string_view::npos ? "IPv4" : "IPv6");
      if (families[0] == json::value("IPv6") && !free_families)
        fail("spec.clusterIPs[0]", fmt::format("\"{}\"", address), "family not configured on this cluster");
    }
    if (free_families && policy != "SingleStack" && families.size() == 1)
      families.emplace_back(families[0] == json::value("IPv4") ? "IPv6" : "IPv4");
  }

  void set_address() {
    if (!needs_of(body_).address) return;
    auto wanted = std::string(api::string_at(spec_, {"clusterIP"}));
    std::uint32_t first = network_.base + 1, last = network_.base + (std::uint32_t{1} << (32 - network_.prefix)) - 2;
    if (!wanted.empty()) {
      if (old_ && wanted == api::string_at(*old_, {"spec", "clusterIP"})) return;
      in_addr parsed{};
      if (inet_pton(AF_INET, wanted.c_str(), &parsed) != 1) return; // Validation says what is wrong with it.
      auto address = ntohl(parsed.s_addr);
      auto shown = fmt::format("[]string{{\"{}\"}}", wanted);
      if (address < first || address > last)
        fail("spec.clusterIPs", shown,
             fmt::format("failed to allocate IP {0}: the provided IP ({0}) is not in the valid range. The range of "
                         "valid IPs is {1}",
                         wanted, network_.cidr()));
      else if (held_.holds_address(address))
        fail("spec.clusterIPs", shown,
             fmt::format("failed to allocate IP {}: provided IP is already allocated", wanted));
      return;
    }
    std::int64_t size = std::int64_t{1} << (32 - network_.prefix);
    std::int64_t band = size <= 16 ? 0 : std::clamp<std::int64_t>(size / 16, 16, 256);
    auto upper = std::min<std::int64_t>(std::int64_t{network_.base} + band, last);
    auto chosen = pick(first, std::max<std::int64_t>(first, upper), last, random_,
                       [&](std::int64_t a) { return held_.holds_address(static_cast<std::uint32_t>(a)); });
    if (!chosen) return static_cast<void>(full_ = "failed to allocate a serviceIP: range is full");
    auto text = dotted(static_cast<std::uint32_t>(*chosen));
    spec_["clusterIP"] = text;
    spec_["clusterIPs"] = json::array{json::value(text)};
  }

  std::set<int> held_before() const {
    std::set<int> out;
    if (!old_) return out;
    if (auto* ports = api::array_at(*old_, {"spec", "ports"}))
      for (auto& port : *ports)
        out.insert(static_cast<int>(api::int_at(port, {"nodePort"})));
    out.insert(static_cast<int>(api::int_at(*old_, {"spec", "healthCheckNodePort"})));
    return out;
  }

  /// Takes a port that was asked for; complaints name `field`.
  void take_port(const std::string& field, int wanted, const std::set<int>& own) {
    if (own.contains(wanted)) return;
    if (wanted < network_.node_port_first || wanted > network_.node_port_last)
      fail(field, std::to_string(wanted),
           fmt::format("provided port is not in the valid range. The range of valid ports is {}-{}",
                       network_.node_port_first, network_.node_port_last));
    else if (held_.holds_port(wanted))
      fail(field, std::to_string(wanted), "provided port is already allocated");
  }

  std::optional<int> new_port(const std::set<int>& used) {
    int size = network_.node_port_last - network_.node_port_first + 1;
    int band = size <= 16 ? 0 : std::clamp(size / 32, 16, 128);
    auto chosen = pick(
        network_.node_port_first, network_.node_port_first + band, network_.node_port_last, random_,
        [&](std::int64_t p) { return held_.holds_port(static_cast<int>(p)) || used.contains(static_cast<int>(p)); });
    if (!chosen) full_ = "failed to allocate a nodePort: range is full";
    return chosen ? std::optional(static_cast<int>(*chosen)) : std::nullopt;
  }

  void set_ports() {
    auto wanted = needs_of(body_);
    auto own = held_before();
    std::set<int> used;
    if (auto* ports = spec_.if_contains("ports"); ports && ports->is_array() && wanted.node_ports) {
      auto& list = ports->get_array();
      for (std::size_t i = 0; i < list.size(); ++i)
        if (auto number = static_cast<int>(api::int_at(list[i], {"nodePort"})); number != 0) {
          if (used.insert(number).second) take_port(fmt::format("spec.ports[{}].nodePort", i), number, own);
        }
      // The same port of another protocol shares the node port.
      std::map<std::int64_t, std::map<std::string, int>> by_port;
      for (auto& port : list)
        if (auto number = static_cast<int>(api::int_at(port, {"nodePort"})); number != 0)
          by_port[api::int_at(port, {"port"})][std::string(api::string_at(port, {"protocol"}))] = number;
      for (auto& port : list) {
        if (!port.is_object() || api::int_at(port, {"nodePort"}) != 0) continue;
        auto& siblings = by_port[api::int_at(port, {"port"})];
        auto protocol = std::string(api::string_at(port, {"protocol"}));
        std::optional<int> number;
        if (!siblings.empty() && !siblings.contains(protocol))
          number = siblings.begin()->second;
        else
          number = new_port(used);
        if (!number) return;
        used.insert(*number);
        siblings[protocol] = *number;
        port.get_object()["nodePort"] = *number;
      }
    }
    if (!wanted.health_port) return;
    if (auto health = static_cast<int>(api::int_at(spec_, {"healthCheckNodePort"})); health != 0)
      take_port("spec.healthCheckNodePort", health, own);
    else if (auto number = new_port(used))
      spec_["healthCheckNodePort"] = *number;
  }

  json::object& body_;
  json::object& spec_;
  const json::object* old_;
  const service_allocations& held_;
  const service_network& network_;
  const random_source& random_;
  api::field_errors errors_;
  std::optional<std::string> full_;
};

} // namespace

api::result<void> allocate_service(json::object& body, const json::object* old, const service_allocations& held,
                                   const service_network& network, const random_source& random) {
  return allocation(body, old, held, network, random).run();
}

} // namespace troupe::policies::strategy
