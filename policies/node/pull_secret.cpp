#include "policies/node/pull_secret.hpp"
#include "policies/node/environment.hpp"

namespace troupe::policies::node {

namespace {

/// "host[:port]/path" of an image, with the registry that a short name means.
std::string full_name(std::string_view image) {
  auto first = image.substr(0, image.find('/'));
  bool has_host = first.size() < image.size() &&
                  (first.find_first_of(".:") != std::string_view::npos || first == "localhost");
  return has_host ? std::string(image) : "docker.io/" + std::string(image);
}

/// The key of an auths entry without scheme and API version: "https://index.docker.io/v1/" → "docker.io".
std::string registry_of(std::string_view key) {
  for (std::string_view scheme : {"https://", "http://"})
    if (key.starts_with(scheme)) key.remove_prefix(scheme.size());
  for (std::string_view version : {"/v1/", "/v2/", "/v1", "/v2"})
    if (key.ends_with(version)) {
      key.remove_suffix(version.size());
      break;
    }
  while (key.ends_with('/')) key.remove_suffix(1);
  return key == "index.docker.io" || key == "registry-1.docker.io" ? "docker.io" : std::string(key);
}

bool covers(const std::string& registry, const std::string& image) {
  return image.starts_with(registry) && (image.size() == registry.size() || image[registry.size()] == '/');
}

} // namespace

std::vector<std::pair<std::string, std::string>> pull_credentials(const api::object& secret, std::string_view image) {
  std::vector<std::pair<std::string, std::string>> out;
  auto name = full_name(image);
  for (std::string_view member : {".dockerconfigjson", ".dockercfg"}) {
    auto bytes = from_base64(api::string_at(secret.body(), {"data", member}));
    if (!bytes || bytes->empty()) continue;
    boost::system::error_code error;
    auto document = api::json::parse(*bytes, error);
    auto* auths = error ? nullptr : member == ".dockercfg" ? document.if_object() : api::object_at(document, {"auths"});
    if (!auths) continue;
    for (auto& entry : *auths) {
      if (!covers(registry_of(entry.key()), name)) continue;
      std::string user(api::string_at(entry.value(), {"username"})),
          password(api::string_at(entry.value(), {"password"}));
      if (auto both = from_base64(api::string_at(entry.value(), {"auth"})); user.empty() && both) {
        auto colon = both->find(':');
        if (colon == std::string::npos) continue;
        user = both->substr(0, colon);
        password = both->substr(colon + 1);
      }
      if (!user.empty()) out.emplace_back(std::move(user), std::move(password));
    }
  }
  return out;
}

} // namespace troupe::policies::node
