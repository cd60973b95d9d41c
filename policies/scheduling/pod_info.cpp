#include "policies/scheduling/pod_info.hpp"
#include <algorithm>

namespace troupe::policies::scheduling {

namespace {
using api::json::array;
using api::json::object;
using api::json::value;

std::string text_at(const value& v, std::string_view name, std::string_view otherwise = {}) {
  return std::string(api::string_at(v, {name}, otherwise));
}

std::vector<std::string> texts_at(const value& v, std::string_view name) {
  std::vector<std::string> out;
  if (auto* list = api::array_at(v, {name}))
    for (auto& x : *list)
      if (auto* s = x.if_string()) out.emplace_back(*s);
  return out;
}

std::optional<api::label_selector::op> operator_of(std::string_view name) {
  using op = api::label_selector::op;
  if (name == "In") return op::in;
  if (name == "NotIn") return op::not_in;
  if (name == "Exists") return op::exists;
  if (name == "DoesNotExist") return op::does_not_exist;
  if (name == "Gt") return op::greater_than;
  if (name == "Lt") return op::less_than;
  return std::nullopt;
}

node_term term_of(const value& v, std::int64_t weight) {
  node_term out;
  out.weight = weight;
  auto* expressions = api::array_at(v, {"matchExpressions"});
  auto* fields = api::array_at(v, {"matchFields"});
  out.never = (!expressions || expressions->empty()) && (!fields || fields->empty());
  if (expressions)
    for (auto& e : *expressions) {
      auto values = texts_at(e, "values");
      std::sort(values.begin(), values.end());
      values.erase(std::unique(values.begin(), values.end()), values.end());
      if (auto o = operator_of(api::string_at(e, {"operator"})))
        out.labels.add({text_at(e, "key"), *o, values});
      else
        out.never = true;
    }
  if (fields)
    for (auto& f : *fields) {
      auto o = api::string_at(f, {"operator"});
      if (api::string_at(f, {"key"}) != "metadata.name" || (o != "In" && o != "NotIn")) out.never = true;
      out.fields.push_back({o == "NotIn", texts_at(f, "values")});
    }
  return out;
}

void read_affinity(const object& spec, pod_info& out) {
  if (auto* selector = api::object_at(spec, {"nodeSelector"}); selector && !selector->empty())
    out.node_selector = api::label_selector::from_map(*selector);
  auto* affinity = api::object_at(spec, {"affinity", "nodeAffinity"});
  if (!affinity) return;
  if (auto* required = api::object_at(*affinity, {"requiredDuringSchedulingIgnoredDuringExecution"})) {
    out.required.emplace();
    if (auto* terms = api::array_at(*required, {"nodeSelectorTerms"}))
      for (auto& t : *terms)
        out.required->push_back(term_of(t, 0));
  }
  if (auto* preferred = api::array_at(*affinity, {"preferredDuringSchedulingIgnoredDuringExecution"}))
    for (auto& p : *preferred) {
      auto* term = api::find(p, {"preference"});
      auto weight = api::int_at(p, {"weight"});
      if (term && weight != 0) out.preferred.push_back(term_of(*term, weight));
    }
}

void read_containers(const array& list, bool app, pod_info& out) {
  for (auto& c : list) {
    out.images.push_back(image_name(api::string_at(c, {"image"})));
    auto* ports = api::array_at(c, {"ports"});
    if (!ports || (!app && api::string_at(c, {"restartPolicy"}) != "Always")) continue;
    for (auto& p : *ports)
      if (auto port = api::int_at(p, {"hostPort"}); port > 0)
        out.ports.push_back({text_at(p, "hostIP", "0.0.0.0"), text_at(p, "protocol", "TCP"), port});
  }
}

void read_tolerations(const array& list, pod_info& out) {
  for (auto& t : list)
    out.tolerations.push_back(
        {text_at(t, "key"), text_at(t, "value"), text_at(t, "effect"), api::string_at(t, {"operator"}) == "Exists"});
}

} // namespace

bool toleration::tolerates(const taint& t) const noexcept {
  if (!effect.empty() && effect != t.effect) return false;
  if (!key.empty() && key != t.key) return false;
  return exists || value == t.value;
}

bool host_port::conflicts(const host_port& o) const noexcept {
  if (port != o.port || protocol != o.protocol) return false;
  return ip == o.ip || ip == "0.0.0.0" || o.ip == "0.0.0.0";
}

bool node_term::matches(std::string_view node_name, const object& node_labels) const {
  if (never || !labels.matches(node_labels)) return false;
  return std::all_of(fields.begin(), fields.end(), [&](auto& f) {
    return (std::find(f.names.begin(), f.names.end(), node_name) != f.names.end()) != f.negated;
  });
}

pod_ptr pod_info::bound_to(std::string node) const {
  auto out = std::make_shared<pod_info>(*this);
  out->node_name = std::move(node);
  return out;
}

pod_ptr make_pod_info(const api::object_ptr& pod) {
  auto out = std::make_shared<pod_info>();
  auto& spec = pod->spec();
  out->object = pod;
  out->key = pod->key();
  out->uid = pod->uid();
  out->node_name = api::string_at(spec, {"nodeName"});
  out->nominated_node = api::string_at(pod->status(), {"nominatedNodeName"});
  out->priority = api::int_at(spec, {"priority"});
  out->preempts = api::string_at(spec, {"preemptionPolicy"}) != "Never";
  out->deleting = pod->deleting();
  if (auto* gates = api::array_at(spec, {"schedulingGates"}))
    for (auto& g : *gates)
      out->scheduling_gates.push_back(text_at(g, "name"));
  out->requests = pod_requests(spec, missing_requests::count_as_zero);
  out->scored_requests = pod_requests(spec, missing_requests::count_as_default);
  if (auto* list = api::array_at(spec, {"tolerations"})) read_tolerations(*list, *out);
  if (auto* list = api::array_at(spec, {"initContainers"})) read_containers(*list, false, *out);
  if (auto* list = api::array_at(spec, {"containers"})) read_containers(*list, true, *out);
  read_affinity(spec, *out);
  return out;
}

std::string image_name(std::string_view image) {
  auto colon = image.rfind(':'), slash = image.rfind('/');
  bool tagged = colon != image.npos && (slash == image.npos || colon > slash);
  return std::string(image) + (tagged ? "" : ":latest");
}

bool needs_new_attempt(const pod_info& before, const pod_info& after) {
  return before.uid != after.uid || before.object->spec() != after.object->spec() ||
         before.object->labels() != after.object->labels();
}

} // namespace troupe::policies::scheduling
