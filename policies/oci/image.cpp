#include "policies/oci/image.hpp"
#include "policies/api/json.hpp"
#include "policies/oci/layer.hpp"
#include "policies/oci/reference.hpp"
#include <boost/json.hpp>
#include <algorithm>

namespace troupe::policies::oci {

namespace json = api::json;

namespace {

tl::expected<json::value, std::string> document(std::string_view text, std::string_view what) {
  boost::system::error_code ec;
  auto value = json::parse(text, ec);
  if (ec || !value.is_object()) return tl::unexpected("the " + std::string(what) + " is not a JSON object");
  return value;
}

std::vector<std::string> strings_at(const json::value& root, api::path where) {
  std::vector<std::string> out;
  if (auto* list = api::array_at(root, where))
    for (auto& v : *list)
      if (v.is_string()) out.emplace_back(v.as_string());
  return out;
}

tl::expected<descriptor, std::string> read_descriptor(const json::value& v) {
  descriptor out;
  out.media_type = api::string_at(v, {"mediaType"});
  out.digest = api::string_at(v, {"digest"});
  out.size = static_cast<std::uint64_t>(std::max<std::int64_t>(0, api::int_at(v, {"size"})));
  out.architecture = api::string_at(v, {"platform", "architecture"});
  out.os = api::string_at(v, {"platform", "os"});
  out.name = api::string_at(v, {"annotations", "io.containerd.image.name"});
  if (out.name.empty()) out.name = api::string_at(v, {"annotations", "org.opencontainers.image.ref.name"});
  if (!is_digest(out.digest)) return tl::unexpected("a descriptor has no sha256 digest: \"" + out.digest + "\"");
  return out;
}

} // namespace

bool is_index(std::string_view media_type) noexcept {
  return media_type == "application/vnd.oci.image.index.v1+json" ||
         media_type == "application/vnd.docker.distribution.manifest.list.v2+json";
}

tl::expected<index_document, std::string> parse_index(std::string_view text) {
  auto doc = document(text, "image index");
  if (!doc) return tl::unexpected(doc.error());
  index_document out;
  auto* list = api::array_at(*doc, {"manifests"});
  if (!list) return tl::unexpected(std::string("the image index has no manifests"));
  for (auto& v : *list) {
    auto d = read_descriptor(v);
    if (!d) return tl::unexpected(d.error());
    out.manifests.push_back(std::move(*d));
  }
  return out;
}

tl::expected<manifest_document, std::string> parse_manifest(std::string_view text) {
  auto doc = document(text, "image manifest");
  if (!doc) return tl::unexpected(doc.error());
  manifest_document out;
  auto* config = api::find(*doc, {"config"});
  auto* layers = api::array_at(*doc, {"layers"});
  if (!config || !layers) return tl::unexpected(std::string("the image manifest has no config or no layers"));
  auto c = read_descriptor(*config);
  if (!c) return tl::unexpected(c.error());
  out.config = std::move(*c);
  for (auto& v : *layers) {
    auto d = read_descriptor(v);
    if (!d) return tl::unexpected(d.error());
    out.layers.push_back(std::move(*d));
  }
  return out;
}

tl::expected<config_document, std::string> parse_config(std::string_view text) {
  auto doc = document(text, "image configuration");
  if (!doc) return tl::unexpected(doc.error());
  config_document out;
  out.diff_ids = strings_at(*doc, {"rootfs", "diff_ids"});
  for (auto& d : out.diff_ids)
    if (!is_digest(d)) return tl::unexpected("the image configuration has a bad layer digest: \"" + d + "\"");
  auto& run = out.run;
  run.entrypoint = strings_at(*doc, {"config", "Entrypoint"});
  run.cmd = strings_at(*doc, {"config", "Cmd"});
  run.env = strings_at(*doc, {"config", "Env"});
  run.working_dir = api::string_at(*doc, {"config", "WorkingDir"});
  run.user = api::string_at(*doc, {"config", "User"});
  run.stop_signal = api::string_at(*doc, {"config", "StopSignal"});
  if (auto* volumes = api::object_at(*doc, {"config", "Volumes"}))
    for (auto& [path, unused] : *volumes) run.volumes.emplace_back(path);
  return out;
}

tl::expected<std::vector<saved_image>, std::string> parse_saved(std::string_view text) {
  boost::system::error_code ec;
  auto doc = json::parse(text, ec);
  if (ec || !doc.is_array()) return tl::unexpected(std::string("manifest.json of the archive is not a JSON list"));
  std::vector<saved_image> out;
  for (auto& v : doc.as_array()) {
    saved_image image;
    image.config = api::string_at(v, {"Config"});
    image.tags = strings_at(v, {"RepoTags"});
    image.layers = strings_at(v, {"Layers"});
    if (image.config.empty()) return tl::unexpected(std::string("manifest.json of the archive names no configuration"));
    if (!safe_path(image.config))
      return tl::unexpected("the archive's manifest names a path outside of it: " + image.config);
    for (auto& path : image.layers)
      if (!safe_path(path)) return tl::unexpected("the archive's manifest names a path outside of it: " + path);
    out.push_back(std::move(image));
  }
  return out;
}

std::string name_of_annotation(std::string_view text) {
  auto ref = parse_reference(text);
  return ref ? ref->text() : std::string();
}

} // namespace troupe::policies::oci
