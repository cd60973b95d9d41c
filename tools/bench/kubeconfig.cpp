#include "tools/bench/kubeconfig.hpp"
#include "net/certificates/base64.hpp"
#include "net/http/target.hpp"
#include <fmt/format.h>
#include <yaml-cpp/yaml.h>

namespace troupe::tools::bench {

namespace {

using failure = tl::unexpected<std::string>;
using text_result = tl::expected<std::string, std::string>;

std::string scalar(const YAML::Node& from, const char* name) {
  const auto node = from.IsMap() ? from[name] : YAML::Node();
  return node && node.IsScalar() ? node.as<std::string>() : std::string();
}

/// The member `inner` of the entry of `list` with that name.
tl::expected<YAML::Node, std::string> named(const YAML::Node& root, const char* list, const char* inner,
                                            const std::string& name) {
  const auto entries = root[list];
  if (entries && entries.IsSequence())
    for (const auto& each : entries)
      if (scalar(each, "name") == name && each[inner] && each[inner].IsMap()) return each[inner];
  return failure(fmt::format("{} \"{}\" is not there", inner, name));
}

struct source {
  const std::string& folder;
  const file_reader& read;

  text_result file(std::string path) const {
    if (!path.starts_with('/')) path = folder + "/" + path;
    return read(path);
  }
  /// `<name>-data` in base64, or the file `<name>`, or nothing.
  text_result credential(const YAML::Node& from, const std::string& name) const {
    if (auto data = scalar(from, (name + "-data").c_str()); !data.empty()) {
      auto bytes = net::certificates::base64_decode(data);
      if (!bytes) return failure(fmt::format("{}-data is not base64", name));
      return std::move(*bytes);
    }
    auto path = scalar(from, name.c_str());
    return path.empty() ? text_result(std::string()) : file(std::move(path));
  }
};

tl::expected<void, std::string> fill_user(endpoint& to, const YAML::Node& user, const source& from) {
  if (user["exec"] || user["auth-provider"])
    return failure("its user needs another program to log in; use --token or a client certificate");
  auto certificate = from.credential(user, "client-certificate"), key = from.credential(user, "client-key");
  if (!certificate) return failure(certificate.error());
  if (!key) return failure(key.error());
  to.certificate_pem = std::move(*certificate);
  to.key_pem = std::move(*key);
  to.token = scalar(user, "token");
  if (auto path = scalar(user, "tokenFile"); to.token.empty() && !path.empty()) {
    auto token = from.file(std::move(path));
    if (!token) return failure(token.error());
    to.token = token->substr(0, token->find_last_not_of(" \r\n") + 1);
  }
  return {};
}

tl::expected<endpoint, std::string> read_config(const YAML::Node& root, std::string context, const source& from) {
  if (!root.IsMap()) return failure("it is not a mapping");
  if (context.empty()) context = scalar(root, "current-context");
  if (context.empty()) return failure("it has no current-context");
  const auto where = named(root, "contexts", "context", context);
  if (!where) return failure(where.error());
  const auto cluster = named(root, "clusters", "cluster", scalar(*where, "cluster"));
  if (!cluster) return failure(cluster.error());
  auto out = parse_server(scalar(*cluster, "server"));
  if (!out) return out;
  out->server_name = scalar(*cluster, "tls-server-name");
  out->verify = scalar(*cluster, "insecure-skip-tls-verify") != "true";
  auto ca = from.credential(*cluster, "certificate-authority");
  if (!ca) return failure(ca.error());
  out->ca_pem = std::move(*ca);
  if (const auto name = scalar(*where, "user"); !name.empty()) {
    const auto user = named(root, "users", "user", name);
    if (!user) return failure(user.error());
    if (auto ok = fill_user(*out, *user, from); !ok) return failure(ok.error());
  }
  return out;
}

} // namespace

std::string endpoint::authority() const {
  return host.find(':') == std::string::npos ? fmt::format("{}:{}", host, port) : fmt::format("[{}]:{}", host, port);
}

std::string endpoint::url() const { return fmt::format("{}://{}{}", tls ? "https" : "http", authority(), path); }

tl::expected<endpoint, std::string> parse_server(std::string_view url) {
  const auto parts = net::http::parse_url(url);
  if (!parts) return failure(fmt::format("\"{}\" is not an http or https URL", url));
  endpoint out;
  out.host = parts->host;
  out.port = parts->port;
  out.tls = parts->tls;
  out.path = parts->target.substr(0, parts->target.find('?'));
  while (out.path.ends_with('/'))
    out.path.pop_back();
  return out;
}

tl::expected<endpoint, std::string> parse_kubeconfig(const std::string& text, const std::string& context,
                                                     const std::string& folder, const file_reader& read) {
  try {
    return read_config(YAML::Load(text), context, {folder, read});
  } catch (const YAML::Exception& e) {
    return failure(fmt::format("it is not YAML: {}", e.what()));
  }
}

} // namespace troupe::tools::bench
