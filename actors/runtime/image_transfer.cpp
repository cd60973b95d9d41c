#include "actors/runtime/files.hpp"
#include "actors/runtime/image_store.hpp"
#include "net/process/process.hpp"
#include "policies/oci/pull_error.hpp"
#include <atomic>
#include <boost/json.hpp>
#include <filesystem>
#include <fmt/format.h>
#include <openssl/evp.h>
#include <sys/utsname.h>
#include <unistd.h>

namespace troupe::actors::runtime {

namespace oci = policies::oci;
namespace json = boost::json;

namespace {

/// A directory for work in progress that goes with its owner.
class work_directory {
public:
  explicit work_directory(const std::string& store)
    : path_(fmt::format("{}/tmp/{}-{}", store, ::getpid(), ++counter_)) {
    (void)files::remove_tree(path_);
    (void)files::make_directories(path_, 0700);
  }
  ~work_directory() { (void)files::remove_tree(path_); }
  work_directory(const work_directory&) = delete;
  work_directory& operator=(const work_directory&) = delete;
  [[nodiscard]] const std::string& path() const { return path_; }

private:
  static inline std::atomic<unsigned> counter_{0};
  std::string path_;
};

std::string machine_architecture() {
  utsname u{};
  ::uname(&u);
  std::string_view m = u.machine;
  return m == "x86_64" ? "amd64" : m == "aarch64" ? "arm64" : std::string(m);
}

std::string blob_path(const std::string& directory, const std::string& digest) {
  return directory + "/blobs/sha256/" + digest.substr(7);
}

/// Documents are read whole and checked; layers are checked while they are unpacked.
tl::expected<std::string, std::string> read_blob(const std::string& path, const std::string& digest) {
  constexpr std::size_t document_limit = 8 * 1024 * 1024;
  auto text = files::read(path, document_limit);
  if (!text) return tl::unexpected(fmt::format("the image lacks {}", digest));
  if (digest_of(*text) != digest) return tl::unexpected(fmt::format("the digest of {} is wrong", digest));
  return std::move(*text);
}

/// A path in an archive that was unpacked into `directory`, with links followed but not out of it.
std::string resolve(const std::string& directory, const std::string& name) {
  std::error_code ec;
  auto root = std::filesystem::canonical(directory, ec).string();
  auto path = std::filesystem::canonical(directory + "/" + name, ec).string();
  return ec || !path.starts_with(root + "/") ? std::string() : path;
}

std::string base64(std::string_view bytes) {
  std::string out(4 * ((bytes.size() + 2) / 3), '\0');
  EVP_EncodeBlock(reinterpret_cast<unsigned char*>(out.data()), reinterpret_cast<const unsigned char*>(bytes.data()),
                  static_cast<int>(bytes.size()));
  return out;
}

constexpr std::chrono::minutes transfer_limit{30};

net::process::outcome skopeo(std::vector<std::string> args) {
  args.insert(args.begin(), {"skopeo", "--insecure-policy"});
  return net::process::run({.argv = std::move(args),
                            .env = {"PATH=/usr/local/bin:/usr/bin:/bin", "HOME=/nonexistent", "TMPDIR=/var/tmp"},
                            .limit = transfer_limit});
}

/// Options of one attempt. Secrets travel in a file, not in arguments that everybody on the machine can read.
std::vector<std::string> access_options(const oci::reference& ref, const credentials* who, const std::string& work,
                                        std::string_view prefix) {
  std::vector<std::string> out;
  if (oci::is_local_registry(ref.domain)) out.push_back(fmt::format("--{}tls-verify=false", prefix));
  auto file = work + "/auth.json";
  json::object auths;
  if (who) auths[ref.domain] = json::object{{"auth", base64(who->user + ":" + who->password)}};
  (void)files::write(file, json::serialize(json::object{{"auths", auths}}));
  out.push_back("--authfile=" + file);
  return out;
}

} // namespace

tl::expected<image_store::source, std::string> image_store::read_layout(const std::string& directory,
                                                                        const oci::descriptor& at) {
  auto text = read_blob(blob_path(directory, at.digest), at.digest);
  if (!text) return tl::unexpected(text.error());
  if (oci::is_index(at.media_type)) {
    auto index = oci::parse_index(*text);
    if (!index) return tl::unexpected(index.error());
    auto architecture = machine_architecture();
    for (auto& d : index->manifests)
      if (d.architecture == architecture && (d.os.empty() || d.os == "linux")) return read_layout(directory, d);
    return tl::unexpected(fmt::format("the image has no variant for linux/{}", architecture));
  }
  auto manifest = oci::parse_manifest(*text);
  if (!manifest) return tl::unexpected(manifest.error());
  auto config = read_blob(blob_path(directory, manifest->config.digest), manifest->config.digest);
  if (!config) return tl::unexpected(config.error());
  source out;
  out.config = std::move(*config);
  for (auto& l : manifest->layers) {
    out.layer_files.push_back(blob_path(directory, l.digest));
    out.layer_digests.push_back(l.digest);
  }
  return out;
}

tl::expected<image_store::names, std::string> image_store::load_layout(const std::string& directory) {
  auto text = files::read(directory + "/index.json");
  if (!text) return tl::unexpected(fmt::format("{} has no index.json", directory));
  auto index = oci::parse_index(*text);
  if (!index) return tl::unexpected(index.error());
  names out;
  for (auto& d : index->manifests) {
    auto from = read_layout(directory, d);
    if (!from) return tl::unexpected(from.error());
    auto name = oci::name_of_annotation(d.name);
    if (!name.empty()) {
      auto ref = *oci::parse_reference(name);
      from->tags = {name};
      from->digests = {ref.name() + "@" + d.digest};
    }
    auto added = add(*from);
    if (!added) return tl::unexpected(added.error());
    out.push_back(name.empty() ? added->id : name);
  }
  if (out.empty()) return tl::unexpected(fmt::format("{} has no image", directory));
  return out;
}

tl::expected<image_store::names, std::string> image_store::load_saved(const std::string& directory) {
  auto text = files::read(directory + "/manifest.json");
  if (!text) return tl::unexpected(std::string("the archive is neither an OCI layout nor a docker archive"));
  auto images = oci::parse_saved(*text);
  if (!images) return tl::unexpected(images.error());
  names out;
  for (auto& image : *images) {
    source from;
    auto config = files::read(resolve(directory, image.config));
    if (!config) return tl::unexpected(fmt::format("the archive lacks {}", image.config));
    from.config = std::move(*config);
    for (auto& l : image.layers) {
      from.layer_files.push_back(resolve(directory, l));
      if (from.layer_files.back().empty()) return tl::unexpected(fmt::format("the archive lacks {}", l));
    }
    for (auto& t : image.tags)
      if (auto name = oci::name_of_annotation(t); !name.empty()) from.tags.push_back(name);
    auto added = add(from);
    if (!added) return tl::unexpected(added.error());
    if (from.tags.empty()) out.push_back(added->id);
    out.insert(out.end(), from.tags.begin(), from.tags.end());
  }
  return out;
}

tl::expected<image_store::names, std::string> image_store::load(const std::string& path) {
  std::error_code ec;
  if (std::filesystem::is_directory(path, ec)) return load_layout(path);
  if (!std::filesystem::is_regular_file(path, ec))
    return tl::unexpected(fmt::format("{}: no such file or directory", path));
  work_directory work(directory_);
  if (auto done = unpack_archive(path, work.path()); !done) return tl::unexpected(done.error());
  // docker writes both forms into one archive; only its own has all names.
  if (files::exists(work.path() + "/manifest.json")) return load_saved(work.path());
  return load_layout(work.path());
}

tl::expected<stored_image, std::string> image_store::pull(const pull_request& request) {
  auto ref = oci::parse_reference(request.image);
  if (!ref) return tl::unexpected(fmt::format("couldn't parse image name \"{}\": {}", request.image, ref.error()));
  work_directory work(directory_);
  auto where = "docker://" + (ref->digest.empty() ? ref->text() : ref->name() + "@" + ref->digest);
  auto directory = work.path() + "/image";
  std::string failure;
  for (std::size_t i = 0; i <= request.secrets.size(); ++i) {
    auto* who = i < request.secrets.size() ? &request.secrets[i] : nullptr;
    auto digest = ref->digest;
    if (digest.empty()) {
      // The name's own digest is that of the raw document, which for many platforms is not the image's.
      std::vector<std::string> args{"inspect", "--raw", where};
      for (auto& o : access_options(*ref, who, work.path(), "")) args.push_back(o);
      auto raw = skopeo(args);
      if (!raw.ok()) {
        failure = raw.err;
        continue;
      }
      digest = digest_of(raw.out);
    }
    std::vector<std::string> args{"copy", "--quiet", where, "dir:" + directory};
    for (auto& o : access_options(*ref, who, work.path(), "src-")) args.push_back(o);
    auto done = skopeo(args);
    if (!done.ok()) {
      failure = done.timed_out ? "context deadline exceeded" : done.err;
      continue;
    }
    auto text = files::read(directory + "/manifest.json");
    auto manifest = oci::parse_manifest(text.value_or(""));
    if (!manifest) return tl::unexpected(oci::pull_error(*ref, manifest.error()));
    auto config = read_blob(directory + "/" + manifest->config.digest.substr(7), manifest->config.digest);
    if (!config) return tl::unexpected(oci::pull_error(*ref, config.error()));
    source from;
    from.config = std::move(*config);
    for (auto& l : manifest->layers) {
      from.layer_files.push_back(directory + "/" + l.digest.substr(7));
      from.layer_digests.push_back(l.digest);
    }
    from.digests = {ref->name() + "@" + digest};
    if (ref->digest.empty()) from.tags = {ref->text()};
    auto added = add(from);
    if (!added) return tl::unexpected(oci::pull_error(*ref, added.error()));
    return added;
  }
  return tl::unexpected(oci::pull_error(*ref, failure));
}

} // namespace troupe::actors::runtime
