#include "policies/admission/plugins.hpp"
#include <fmt/format.h>
#include <set>

namespace troupe::policies::admission {

namespace {

constexpr std::string_view mount_path = "/var/run/secrets/kubernetes.io/serviceaccount",
                           volume_prefix = "kube-api-access-";
constexpr int token_seconds = 3607; ///< an hour and a bit, which tells it from tokens that pods ask for themselves

bool mirror(const json::object& pod) {
  return api::find(pod, {"metadata", "annotations", "kubernetes.io/config.mirror"});
}

std::string random_volume_name(const request& req) {
  constexpr std::string_view alphabet = "bcdfghjklmnpqrstvwxz2456789";
  std::string out(volume_prefix);
  for (int i = 0; i < 5; ++i)
    out += alphabet[(req.random ? (*req.random)() : 0) % alphabet.size()];
  return out;
}

json::object token_volume(std::string_view name) {
  json::array sources;
  sources.push_back(
      json::object{{"serviceAccountToken", json::object{{"expirationSeconds", token_seconds}, {"path", "token"}}}});
  sources.push_back(json::object{
      {"configMap", json::object{{"name", "kube-root-ca.crt"},
                                 {"items", json::array{json::object{{"key", "ca.crt"}, {"path", "ca.crt"}}}}}}});
  sources.push_back(json::object{
      {"downwardAPI", json::object{{"items", json::array{json::object{
                                                 {"path", "namespace"},
                                                 {"fieldRef", json::object{{"apiVersion", "v1"},
                                                                           {"fieldPath", "metadata.namespace"}}}}}}}}});
  return {{"name", name}, {"projected", json::object{{"defaultMode", 0644}, {"sources", std::move(sources)}}}};
}

bool mounted(const json::object& container) {
  if (auto* mounts = api::array_at(container, {"volumeMounts"}))
    for (auto& mount : *mounts)
      if (api::string_at(mount, {"mountPath"}) == mount_path) return true;
  return false;
}

json::array& list_in(json::object& parent, std::string_view name) {
  auto& value = parent[name];
  if (!value.is_array()) value.emplace_array();
  return value.get_array();
}

void mount_token(request& req) {
  auto& spec = api::ensure_object(*req.object, {"spec"});
  std::string name;
  if (auto* volumes = api::array_at(spec, {"volumes"}))
    for (auto& volume : *volumes)
      if (auto given = api::string_at(volume, {"name"}); given.starts_with(volume_prefix)) name = given;
  bool made = name.empty();
  if (made) name = random_volume_name(req);
  bool needed = false;
  for (auto list : {"initContainers", "containers"}) {
    auto* containers = spec.if_contains(list);
    if (!containers || !containers->is_array()) continue;
    for (auto& element : containers->get_array()) {
      auto* container = element.if_object();
      if (!container || mounted(*container)) continue;
      list_in(*container, "volumeMounts")
          .push_back(json::object{{"name", name}, {"readOnly", true}, {"mountPath", mount_path}});
      needed = true;
    }
  }
  if (needed && made) list_in(spec, "volumes").push_back(token_volume(name));
}

bool wants_token(const json::object& pod, const api::object& account) {
  if (auto* flag = api::find(pod, {"spec", "automountServiceAccountToken"}); flag && flag->is_bool())
    return flag->get_bool();
  return api::bool_at(account.body(), {"automountServiceAccountToken"}, true);
}

std::set<std::string_view> names_in(const json::array* list) {
  std::set<std::string_view> out;
  if (list)
    for (auto& entry : *list)
      out.insert(api::string_at(entry, {"name"}));
  return out;
}

/// An account may confine its pods to the secrets that it names.
outcome check_secrets(const request& req, const api::object& account) {
  if (api::string_at(account.annotations(), {"kubernetes.io/enforce-mountable-secrets"}) != "true") return {};
  auto allowed = names_in(api::array_at(account.body(), {"secrets"}));
  auto text = [&](std::string_view what, std::string_view secret) {
    return refuse(
        req, fmt::format(
                 "{} secret.secretName=\"{}\" is not allowed because service account {} does not reference that secret",
                 what, secret, account.name()));
  };
  if (auto* volumes = api::array_at(*req.object, {"spec", "volumes"}))
    for (auto& volume : *volumes)
      if (auto secret = api::string_at(volume, {"secret", "secretName"}); !secret.empty() && !allowed.contains(secret))
        return text("volume with", secret);
  for (auto [list, word] : {std::pair{"initContainers", "init container"}, {"containers", "container"}}) {
    auto* containers = api::array_at(*req.object, {"spec", list});
    if (!containers) continue;
    for (auto& container : *containers) {
      auto name = api::string_at(container, {"name"});
      if (auto* variables = api::array_at(container, {"env"}))
        for (auto& variable : *variables)
          if (auto secret = api::string_at(variable, {"valueFrom", "secretKeyRef", "name"});
              !secret.empty() && !allowed.contains(secret))
            return text(fmt::format("{} {} with envVar {} referencing", word, name, api::string_at(variable, {"name"})),
                        secret);
      if (auto* imports = api::array_at(container, {"envFrom"}))
        for (auto& import : *imports)
          if (auto secret = api::string_at(import, {"secretRef", "name"}); !secret.empty() && !allowed.contains(secret))
            return text(fmt::format("{} {} with envFrom referencing", word, name), secret);
    }
  }
  auto pulls = names_in(api::array_at(account.body(), {"imagePullSecrets"}));
  if (auto* wanted = api::array_at(*req.object, {"spec", "imagePullSecrets"}))
    for (std::size_t i = 0; i < wanted->size(); ++i)
      if (auto name = api::string_at((*wanted)[i], {"name"}); !pulls.contains(name))
        return refuse(req, fmt::format("imagePullSecrets[{}].name=\"{}\" is not allowed because service account {} "
                                       "does not reference that imagePullSecret",
                                       i, name, account.name()));
  return {};
}

outcome check_mirror(const request& req) {
  if (!api::string_at(*req.object, {"spec", "serviceAccountName"}).empty())
    return refuse(req, "a mirror pod may not reference service accounts");
  if (auto* volumes = api::array_at(*req.object, {"spec", "volumes"}))
    for (auto& volume : *volumes) {
      if (api::find(volume, {"secret"})) return refuse(req, "a mirror pod may not reference secrets");
      if (auto* sources = api::array_at(volume, {"projected", "sources"}))
        for (auto& source : *sources)
          if (api::find(source, {"serviceAccountToken"}))
            return refuse(req, "a mirror pod may not use ServiceAccountToken volume projections");
    }
  return {};
}

} // namespace

outcome apply_service_account(request& req, const lookup& view) {
  if (!about_pod(req) || req.what != operation::create || mirror(*req.object)) return {};
  auto& spec = api::ensure_object(*req.object, {"spec"});
  if (api::string_at(spec, {"serviceAccountName"}).empty()) {
    spec["serviceAccountName"] = "default";
    spec["serviceAccount"] = "default";
  }
  auto name = std::string(api::string_at(spec, {"serviceAccountName"}));
  auto account = view.service_account(req.ns, name);
  if (!account)
    return refuse(req, fmt::format("error looking up service account {}/{}: serviceaccount \"{}\" not found", req.ns,
                                   name, name));
  if (wants_token(*req.object, *account)) mount_token(req);
  auto* given = api::array_at(spec, {"imagePullSecrets"});
  auto* pulls = api::array_at(account->body(), {"imagePullSecrets"});
  if ((!given || given->empty()) && pulls && !pulls->empty()) spec["imagePullSecrets"] = *pulls;
  return {};
}

outcome check_service_account(const request& req, const lookup& view) {
  if (!about_pod(req) || req.what != operation::create) return {};
  if (mirror(*req.object)) return check_mirror(req);
  auto name = api::string_at(*req.object, {"spec", "serviceAccountName"});
  if (name.empty())
    return refuse(req, fmt::format("no service account specified for pod {}/{}", req.ns,
                                   api::string_at(*req.object, {"metadata", "name"})));
  auto account = view.service_account(req.ns, name);
  if (!account)
    return refuse(
        req, fmt::format("error looking up service account {0}/{1}: serviceaccount \"{1}\" not found", req.ns, name));
  return check_secrets(req, *account);
}

} // namespace troupe::policies::admission
