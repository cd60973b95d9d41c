#include "policies/validation/kinds.hpp"
#include "policies/validation/metadata.hpp"
#include "policies/validation/template.hpp"

namespace troupe::policies::validation {

namespace {

constexpr field_path root("spec");

void check_port(report& out, const field_path& at, const json::object& port) {
  check_optional_one_of(out, at, port, "protocol", {"TCP", "UDP", "SCTP"});
  auto* number = port.if_contains("port");
  auto last = api::int_at(port, {"endPort"});
  bool ranged = !absent(port, "endPort");
  if (!number || number->is_null()) {
    if (ranged) out.invalid(at / "endPort", last, "may not be specified when `port` is not specified");
  } else if (number->is_string()) {
    if (ranged) out.invalid(at / "endPort", last, "may not be specified when `port` is non-numeric");
    out.invalid(at / "port", std::string_view(number->get_string()), is_port_name(number->get_string()));
  } else {
    auto first = number_of(number);
    for (auto& message : is_port_number(first))
      out.invalid(at / "port", first, message);
    if (!ranged) return;
    if (last < first) out.invalid(at / "endPort", first, "must be greater than or equal to `port`");
    for (auto& message : is_port_number(last))
      out.invalid(at / "endPort", last, message);
  }
}

void check_block(report& out, const field_path& at, const json::object& block) {
  auto cidr = api::string_at(block, {"cidr"});
  if (cidr.empty()) return out.required(at / "cidr");
  out.invalid(at / "cidr", cidr, is_cidr(cidr));
  auto range = parse_cidr(cidr);
  if (!range) return;
  auto list = at / "except";
  for_each_string(api::array_at(block, {"except"}), [&](std::size_t i, std::string_view text) {
    out.invalid(list[i], text, is_cidr(text));
    auto hole = parse_cidr(text);
    if (hole && (!range->contains(hole->base) || range->prefix >= hole->prefix))
      out.invalid(list[i], text, "must be a strict subset of `cidr`");
  });
}

void check_peer(report& out, const field_path& at, const json::object& peer) {
  int peers = 0;
  for (auto name : {"podSelector", "namespaceSelector"})
    if (auto* selector = api::object_at(peer, {name})) {
      ++peers;
      check_label_selector(out, at / name, selector);
    }
  auto* block = api::object_at(peer, {"ipBlock"});
  if (block) {
    ++peers;
    check_block(out, at / "ipBlock", *block);
  }
  if (peers == 0)
    out.required(at, "must specify a peer");
  else if (peers > 1 && block)
    out.forbidden(at, "may not specify both ipBlock and another peer");
}

void check_rules(report& out, const json::object& spec, std::string_view direction, std::string_view peers) {
  auto list = root / direction;
  for_each(api::array_at(spec, {direction}), [&](std::size_t i, const json::object& rule) {
    auto at = list[i];
    auto ports_at = at / "ports", peers_at = at / peers;
    for_each(api::array_at(rule, {"ports"}),
             [&](std::size_t k, const json::object& port) { check_port(out, ports_at[k], port); });
    for_each(api::array_at(rule, {peers}),
             [&](std::size_t k, const json::object& peer) { check_peer(out, peers_at[k], peer); });
  });
}

} // namespace

void check_network_policy(report& out, const json::object& body) {
  auto* spec = api::object_at(body, {"spec"});
  if (!spec) return;
  check_label_selector(out, root / "podSelector", api::object_at(*spec, {"podSelector"}));
  check_rules(out, *spec, "ingress", "from");
  check_rules(out, *spec, "egress", "to");
  auto at = root / "policyTypes";
  auto* types = api::array_at(*spec, {"policyTypes"});
  if (types && types->size() > 2)
    return out.invalid_shown(at, json::serialize(*types), "may not specify more than two policyTypes");
  for_each_string(types, [&](std::size_t i, std::string_view type) {
    if (type != "Ingress" && type != "Egress") out.not_supported(at[i], type, {"Ingress", "Egress"});
  });
}

} // namespace troupe::policies::validation
