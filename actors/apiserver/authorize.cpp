#include "actors/apiserver/authorize.hpp"
#include "policies/api/selector.hpp"
#include "policies/authorization/authorizer.hpp"
#include "policies/authorization/default_roles.hpp"

namespace troupe::actors::apiserver {

namespace {

namespace authorization = policies::authorization;

std::string_view text(verb v) {
  switch (v) {
    case verb::get: return "get";
    case verb::list: return "list";
    case verb::watch: return "watch";
    case verb::create:
    case verb::connect: return "create";
    case verb::update: return "update";
    case verb::patch: return "patch";
    case verb::remove: return "delete";
    case verb::remove_collection: return "deletecollection";
  }
  return "";
}

/// Lists and watches of one object name it by a field selector (apiserver, RequestInfo).
std::string name_in(std::string_view fields) {
  auto selector = api::field_selector::parse(fields);
  if (!selector) return {};
  for (auto& term : selector->terms())
    if (term.field == "metadata.name" && !term.negated) return term.value;
  return {};
}

} // namespace

authorization::attributes attributes_of(const call& c, std::string_view verb) {
  authorization::attributes out;
  out.who = {c.who.name, c.who.uid, c.who.groups};
  out.verb = verb;
  out.api_group = c.group;
  out.resource = c.resource;
  out.subresource = c.subresource;
  out.ns = c.ns;
  out.name = c.name;
  if (verb != "list" && verb != "watch" && verb != "deletecollection") return out;
  if (auto fields = c.query.find("fieldSelector"); fields != c.query.end() && !fields->second.empty()) {
    out.field_selector = fields->second;
    if (out.name.empty()) out.name = name_in(fields->second);
  }
  return out;
}

api::result<void> authorize(const authorization::attributes& wanted,
                            const authorization::node_references* references) {
  auto verdict = authorization::authorize(wanted, {&authorization::default_roles(), references});
  if (verdict.outcome == authorization::decision::allow) return {};
  return api::failure(authorization::forbidden_status(wanted, verdict.reason));
}

api::result<void> authorize(const call& c, const authorization::node_references* references) {
  return authorize(attributes_of(c, text(c.what)), references);
}

} // namespace troupe::actors::apiserver
