#include "actors/runtime/image_store.hpp"
#include "actors/runtime/files.hpp"
#include "actors/runtime/json_codec.hpp"
#include <algorithm>
#include <charconv>
#include <csignal>
#include <fcntl.h>
#include <filesystem>
#include <fmt/format.h>
#include <sys/file.h>
#include <sys/statvfs.h>

namespace troupe::actors::runtime {

namespace oci = policies::oci;
using outcome = tl::expected<void, std::string>;

template <class Visitor> void describe(Visitor&& v, stored_image& x) {
  v("x.id, x.tags, x.digests, x.layers, x.size_bytes, x.entrypoint, x.cmd, x.env, x.volumes, x.working_dir, x.user, "
    "x.stop_signal",
    x.id, x.tags, x.digests, x.layers, x.size_bytes, x.entrypoint, x.cmd, x.env, x.volumes, x.working_dir, x.user,
    x.stop_signal);
}

oci::image_config stored_image::run() const {
  return {entrypoint, cmd, env, working_dir, user, stop_signal, volumes};
}

image_info stored_image::info() const {
  image_info out{.id = id, .tags = tags, .digests = digests, .size_bytes = size_bytes};
  auto name = user.substr(0, user.find(':'));
  if (name.empty()) return out;
  auto [end, ec] = std::from_chars(name.data(), name.data() + name.size(), out.user);
  if (ec != std::errc{} || end != name.data() + name.size()) {
    out.user = -1;
    out.user_name = name;
  }
  return out;
}

/// Held while the store changes.
class image_store::lock {
public:
  explicit lock(const std::string& directory)
    : file_(::open((directory + "/lock").c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600)) {
    if (file_) ::flock(file_.number(), LOCK_EX);
  }

private:
  net::process::fd file_;
};

image_store::image_store(std::string directory) : directory_(std::move(directory)) {
  (void)files::make_directories(directory_ + "/l", 0700);
  (void)files::make_directories(directory_ + "/tmp", 0700);
}

std::string image_store::layer_name(const std::string& diff_id) { return diff_id.substr(7, 20); }

std::vector<stored_image> image_store::list() const {
  std::vector<stored_image> out;
  if (auto text = files::read(directory_ + "/index.json")) {
    boost::system::error_code ec;
    auto v = api::json::parse(*text, ec);
    if (!ec) codec::decode(v, out);
  }
  return out;
}

outcome image_store::write_index(const std::vector<stored_image>& all) {
  return files::write(directory_ + "/index.json", api::json::serialize(codec::encode(all)));
}

std::optional<stored_image> image_store::find(const std::string& text) const {
  auto all = list();
  auto by_id = [&](auto& i) { return i.id == text || i.id.substr(7) == text; };
  if (auto found = std::find_if(all.begin(), all.end(), by_id); found != all.end()) return *found;
  auto ref = oci::parse_reference(text);
  if (ref && !ref->digest.empty()) ref->tag.clear();
  for (auto& i : all) {
    auto& known = ref && !ref->digest.empty() ? i.digests : i.tags;
    if (ref && std::find(known.begin(), known.end(), ref->text()) != known.end()) return i;
  }
  bool hex = text.size() >= 12 && text.find_first_not_of("0123456789abcdef") == std::string::npos;
  for (auto& i : all)
    if (hex && i.id.compare(7, text.size(), text) == 0) return i;
  return std::nullopt;
}

tl::expected<stored_image, std::string> image_store::add(const source& from) {
  auto config = oci::parse_config(from.config);
  if (!config) return tl::unexpected(config.error());
  if (config->diff_ids.size() != from.layer_files.size())
    return tl::unexpected(fmt::format("the image has {} layers, but its configuration lists {}",
                                      from.layer_files.size(), config->diff_ids.size()));
  lock held(directory_);
  stored_image image;
  image.id = digest_of(from.config);
  image.layers = config->diff_ids;
  image.size_bytes = from.config.size();
  for (std::size_t i = 0; i < from.layer_files.size(); ++i) {
    auto& diff_id = config->diff_ids[i];
    auto final = layer_root() + "/" + layer_name(diff_id);
    std::error_code ec;
    image.size_bytes += std::filesystem::file_size(from.layer_files[i], ec);
    if (files::exists(final)) continue;
    auto work = directory_ + "/tmp/" + layer_name(diff_id);
    (void)files::remove_tree(work);
    if (auto made = files::make_directories(work); !made) return tl::unexpected(made.error());
    auto digest = i < from.layer_digests.size() ? from.layer_digests[i] : std::string();
    if (auto done = unpack_layer(from.layer_files[i], digest, diff_id, work); !done) {
      (void)files::remove_tree(work);
      return tl::unexpected(done.error());
    }
    // The layer must be whole on disk before it has its name: a name is trusted after a crash.
    net::process::fd directory(::open(work.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
    ::syncfs(directory.number());
    if (::rename(work.c_str(), final.c_str()) != 0) return files::failure("name layer " + final);
  }
  auto& run = config->run;
  image.entrypoint = run.entrypoint, image.cmd = run.cmd, image.env = run.env, image.volumes = run.volumes;
  image.working_dir = run.working_dir, image.user = run.user, image.stop_signal = run.stop_signal;
  image.tags = from.tags, image.digests = from.digests;
  auto all = list();
  // A tag moves from the image that had it.
  for (auto& other : all) {
    std::erase_if(other.tags,
                  [&](auto& t) { return std::find(from.tags.begin(), from.tags.end(), t) != from.tags.end(); });
    if (other.id != image.id) continue;
    for (auto& t : other.tags) image.tags.push_back(t);
    for (auto& d : other.digests)
      if (std::find(image.digests.begin(), image.digests.end(), d) == image.digests.end()) image.digests.push_back(d);
  }
  std::erase_if(all, [&](auto& other) { return other.id == image.id; });
  std::sort(image.tags.begin(), image.tags.end());
  all.push_back(image);
  if (auto written = write_index(all); !written) return tl::unexpected(written.error());
  return image;
}

outcome image_store::remove(const std::string& text) {
  lock held(directory_);
  auto found = find(text);
  if (!found) return {};
  auto all = list();
  auto ref = oci::parse_reference(text);
  bool by_name = ref && std::find(found->tags.begin(), found->tags.end(), ref->text()) != found->tags.end();
  for (auto& i : all) {
    if (i.id != found->id) continue;
    if (by_name) {
      std::erase(i.tags, ref->text());
      // The digests of a name go with its last tag.
      auto still = std::any_of(i.tags.begin(), i.tags.end(), [&](auto& t) { return t.starts_with(ref->name() + ":"); });
      if (!still) std::erase_if(i.digests, [&](auto& d) { return d.starts_with(ref->name() + "@"); });
    }
    if (!by_name || (i.tags.empty() && i.digests.empty())) i.id.clear();
  }
  std::erase_if(all, [](auto& i) { return i.id.empty(); });
  if (auto written = write_index(all); !written) return written;
  drop_unused_layers(all);
  return {};
}

void image_store::drop_unused_layers(const std::vector<stored_image>& all) {
  // A layer that is mounted stays until the next removal: the kernel shows it in the mount's options.
  auto mounts = files::read("/proc/self/mountinfo").value_or("");
  for (auto& name : files::names(layer_root())) {
    bool used = mounts.find(name) != std::string::npos;
    for (auto& i : all)
      for (auto& l : i.layers) used = used || layer_name(l) == name;
    if (!used) (void)files::remove_tree(layer_root() + "/" + name);
  }
}

void image_store::clean() {
  lock held(directory_); // Nobody unpacks a layer now; archives are unpacked without the lock, by their process id.
  for (auto& name : files::names(directory_ + "/tmp")) {
    int pid = 0;
    auto dash = name.find('-');
    std::from_chars(name.data(), name.data() + std::min(dash, name.size()), pid);
    if (dash != std::string::npos && ::kill(pid, 0) == 0) continue;
    (void)files::remove_tree(directory_ + "/tmp/" + name);
  }
}

disk_usage image_store::usage() const {
  disk_usage out;
  out.path = directory_;
  for (auto& i : list()) out.used_bytes += i.size_bytes;
  struct statvfs s {};
  if (::statvfs(directory_.c_str(), &s) != 0) return out;
  out.capacity_bytes = s.f_blocks * s.f_frsize;
  out.available_bytes = s.f_bavail * s.f_frsize;
  out.capacity_inodes = s.f_files;
  out.available_inodes = s.f_favail;
  for (auto& l : files::names(layer_root())) {
    std::error_code ec;
    for (std::filesystem::recursive_directory_iterator it(layer_root() + "/" + l, ec), end; !ec && it != end;
         it.increment(ec))
      ++out.used_inodes;
  }
  return out;
}

} // namespace troupe::actors::runtime
