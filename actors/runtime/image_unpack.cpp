#include "actors/runtime/files.hpp"
#include "actors/runtime/image_store.hpp"
#include "policies/oci/layer.hpp"
#include <archive.h>
#include <archive_entry.h>
#include <clocale>
#include <fcntl.h>
#include <fmt/format.h>
#include <memory>
#include <openssl/evp.h>
#include <sched.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <sys/xattr.h>
#include <thread>

namespace troupe::actors::runtime {

namespace oci = policies::oci;
using outcome = tl::expected<void, std::string>;

namespace {

class hasher {
public:
  hasher() : context_(EVP_MD_CTX_new()) { EVP_DigestInit_ex(context_.get(), EVP_sha256(), nullptr); }
  void update(const void* data, std::size_t size) { EVP_DigestUpdate(context_.get(), data, size); }
  std::string digest() {
    unsigned char raw[EVP_MAX_MD_SIZE];
    unsigned size = 0;
    EVP_DigestFinal_ex(context_.get(), raw, &size);
    std::string out = "sha256:";
    for (unsigned i = 0; i < size; ++i) out += fmt::format("{:02x}", raw[i]);
    return out;
  }

private:
  struct free_context {
    void operator()(EVP_MD_CTX* c) const { EVP_MD_CTX_free(c); }
  };
  std::unique_ptr<EVP_MD_CTX, free_context> context_;
};

struct free_reader {
  void operator()(archive* a) const { archive_read_free(a); }
};
struct free_writer {
  void operator()(archive* a) const { archive_write_free(a); }
};
using reader = std::unique_ptr<archive, free_reader>;
using writer = std::unique_ptr<archive, free_writer>;

std::string text_of(archive* a) {
  auto* text = archive_error_string(a);
  return text ? text : "unknown archive error";
}

/// A compressed file as the plain archive in it; hashes both on the way.
struct plain_source {
  net::process::fd file;
  reader filter;
  hasher packed, plain;
  std::uint64_t size = 0;
  char buffer[256 * 1024];

  static la_ssize_t on_read(archive* a, void* self, const void** out) {
    auto& s = *static_cast<plain_source*>(self);
    auto n = ::read(s.file.number(), s.buffer, sizeof s.buffer);
    if (n < 0) {
      archive_set_error(a, errno, "read error");
      return -1;
    }
    s.packed.update(s.buffer, static_cast<std::size_t>(n));
    s.size += static_cast<std::uint64_t>(n);
    *out = s.buffer;
    return n;
  }

  outcome open(const std::string& path) {
    file.reset(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
    if (!file) return files::failure("open " + path);
    filter.reset(archive_read_new());
    // Not all filters: for some the library starts programs that it looks up by name.
    archive_read_support_filter_gzip(filter.get());
    archive_read_support_filter_zstd(filter.get());
    archive_read_support_filter_xz(filter.get());
    archive_read_support_filter_bzip2(filter.get());
    archive_read_support_format_raw(filter.get());
    archive_read_support_format_empty(filter.get());
    if (archive_read_open(filter.get(), this, nullptr, on_read, nullptr) != ARCHIVE_OK)
      return tl::unexpected(text_of(filter.get()));
    archive_entry* entry = nullptr;
    auto r = archive_read_next_header(filter.get(), &entry);
    if (r != ARCHIVE_OK && r != ARCHIVE_EOF) return tl::unexpected(text_of(filter.get()));
    return {};
  }

  /// The next block of the plain archive; 0 at its end.
  static la_ssize_t on_plain(archive* a, void* self, const void** out) {
    auto& s = *static_cast<plain_source*>(self);
    std::size_t n = 0;
    la_int64_t offset = 0;
    auto r = archive_read_data_block(s.filter.get(), out, &n, &offset);
    if (r == ARCHIVE_EOF) return 0;
    if (r != ARCHIVE_OK) {
      archive_set_error(a, archive_errno(s.filter.get()), "%s", text_of(s.filter.get()).c_str());
      return -1;
    }
    s.plain.update(*out, n);
    return static_cast<la_ssize_t>(n);
  }

  reader tar() {
    reader out(archive_read_new());
    archive_read_support_format_tar(out.get());
    archive_read_support_format_empty(out.get());
    if (archive_read_open(out.get(), this, nullptr, on_plain, nullptr) != ARCHIVE_OK) return nullptr;
    return out;
  }

  /// What follows the archive's end mark belongs to the digests too.
  void read_rest() {
    const void* block = nullptr;
    std::size_t n = 0;
    la_int64_t offset = 0;
    while (archive_read_data_block(filter.get(), &block, &n, &offset) == ARCHIVE_OK) plain.update(block, n);
    while (true) {
      auto got = ::read(file.number(), buffer, sizeof buffer);
      if (got <= 0) return;
      packed.update(buffer, static_cast<std::size_t>(got));
      size += static_cast<std::uint64_t>(got);
    }
  }
};

outcome make_parents(const std::string& path) {
  auto slash = path.rfind('/');
  return slash == std::string::npos ? outcome{} : files::make_directories("/" + path.substr(0, slash));
}

/// Overlay's own marks: a character device 0:0 hides a name, an attribute hides what lies below a directory.
outcome make_mark(const oci::layer_entry& e) {
  auto path = "/" + e.path;
  if (auto made = make_parents(e.path); !made) return made;
  if (e.kind == oci::entry_kind::opaque) {
    if (auto made = files::make_directories(path); !made) return made;
    if (::setxattr(path.c_str(), "trusted.overlay.opaque", "y", 1, 0) != 0) return files::failure("mark " + path);
    return {};
  }
  if (::mknod(path.c_str(), S_IFCHR, ::makedev(0, 0)) != 0 && errno != EEXIST) return files::failure("mark " + path);
  return {};
}

outcome write_entry(archive* from, archive* to, archive_entry* entry) {
  auto r = archive_write_header(to, entry);
  if (r < ARCHIVE_WARN) return tl::unexpected(text_of(to));
  if (archive_entry_size(entry) > 0) {
    const void* block = nullptr;
    std::size_t n = 0;
    la_int64_t offset = 0;
    while ((r = archive_read_data_block(from, &block, &n, &offset)) == ARCHIVE_OK)
      if (archive_write_data_block(to, block, n, offset) < ARCHIVE_WARN) return tl::unexpected(text_of(to));
    if (r != ARCHIVE_EOF) return tl::unexpected(text_of(from));
  }
  if (archive_write_finish_entry(to) < ARCHIVE_WARN) return tl::unexpected(text_of(to));
  return {};
}

/// Runs with the target directory as root directory, so that no path and no link leads out of it.
outcome unpack_here(archive* from) {
  writer to(archive_write_disk_new());
  archive_write_disk_set_options(to.get(), ARCHIVE_EXTRACT_OWNER | ARCHIVE_EXTRACT_PERM | ARCHIVE_EXTRACT_TIME |
                                             ARCHIVE_EXTRACT_XATTR | ARCHIVE_EXTRACT_UNLINK |
                                             ARCHIVE_EXTRACT_SECURE_NODOTDOT);
  archive_entry* entry = nullptr;
  while (true) {
    auto r = archive_read_next_header(from, &entry);
    if (r == ARCHIVE_EOF) break;
    if (r < ARCHIVE_WARN) return tl::unexpected(text_of(from));
    auto* name = archive_entry_pathname(entry);
    if (!name) name = archive_entry_pathname_utf8(entry);
    if (!name) return tl::unexpected(std::string("an entry of the layer has no readable name"));
    auto safe = oci::safe_path(name);
    if (!safe) return tl::unexpected(fmt::format("the layer has an entry outside of its root: \"{}\"", name));
    auto what = oci::classify(*safe);
    if (what.kind == oci::entry_kind::reserved) continue;
    if (what.kind != oci::entry_kind::plain) {
      if (auto made = make_mark(what); !made) return made;
      continue;
    }
    archive_entry_set_pathname(entry, safe->empty() ? "/" : ("/" + *safe).c_str());
    if (auto* link = archive_entry_hardlink(entry)) {
      auto target = oci::safe_path(link);
      if (!target) return tl::unexpected(fmt::format("the layer has a link outside of its root: \"{}\"", link));
      archive_entry_set_hardlink(entry, ("/" + *target).c_str());
    }
    if (auto done = write_entry(from, to.get(), entry); !done)
      return tl::unexpected(fmt::format("unpack \"{}\": {}", *safe, done.error()));
  }
  if (archive_write_close(to.get()) < ARCHIVE_WARN) return tl::unexpected(text_of(to.get()));
  return {};
}

/// A thread of its own gives the work its own root directory and its own locale.
outcome in_own_root(const std::string& directory, const std::function<outcome()>& work) {
  outcome out;
  std::thread([&] {
    auto utf8 = ::newlocale(LC_CTYPE_MASK, "C.UTF-8", nullptr);
    if (utf8) ::uselocale(utf8);
    if (::unshare(CLONE_FS) != 0 || ::chroot(directory.c_str()) != 0 || ::chdir("/") != 0)
      out = files::failure("enter " + directory);
    else
      ::umask(0), out = work();
    if (utf8) {
      ::uselocale(LC_GLOBAL_LOCALE);
      ::freelocale(utf8);
    }
  }).join();
  return out;
}

} // namespace

std::string digest_of(std::string_view bytes) {
  hasher h;
  h.update(bytes.data(), bytes.size());
  return h.digest();
}

tl::expected<std::uint64_t, std::string> unpack_layer(const std::string& file, const std::string& file_digest,
                                                      const std::string& diff_id, const std::string& directory) {
  auto source = std::make_unique<plain_source>();
  if (auto opened = source->open(file); !opened) return tl::unexpected(opened.error());
  auto tar = source->tar();
  if (!tar) return tl::unexpected(std::string("the layer is not a tar archive"));
  auto done = in_own_root(directory, [&] { return unpack_here(tar.get()); });
  if (!done) return tl::unexpected(done.error());
  source->read_rest();
  if (auto found = source->packed.digest(); !file_digest.empty() && found != file_digest)
    return tl::unexpected(fmt::format("the layer's digest is {}, not {}", found, file_digest));
  if (auto found = source->plain.digest(); !diff_id.empty() && found != diff_id)
    return tl::unexpected(fmt::format("the unpacked layer's digest is {}, not {}", found, diff_id));
  return source->size;
}

namespace {
/// Regular files and links between them; that is all that image archives are made of.
outcome unpack_files(archive* from) {
  writer to(archive_write_disk_new());
  archive_write_disk_set_options(to.get(), ARCHIVE_EXTRACT_SECURE_NODOTDOT);
  archive_entry* entry = nullptr;
  while (true) {
    auto r = archive_read_next_header(from, &entry);
    if (r == ARCHIVE_EOF) return {};
    if (r < ARCHIVE_WARN) return tl::unexpected(text_of(from));
    auto* name = archive_entry_pathname(entry);
    auto safe = name ? oci::safe_path(name) : std::nullopt;
    if (!safe) return tl::unexpected(std::string("the archive has an entry outside of its root"));
    auto type = archive_entry_filetype(entry);
    if (safe->empty() || (type != AE_IFREG && type != AE_IFDIR && type != AE_IFLNK)) continue;
    archive_entry_set_pathname(entry, ("/" + *safe).c_str());
    archive_entry_set_perm(entry, type == AE_IFDIR ? 0700 : 0600);
    if (auto* link = archive_entry_hardlink(entry)) {
      auto target = oci::safe_path(link);
      if (!target) return tl::unexpected(std::string("the archive has a link outside of its root"));
      archive_entry_set_hardlink(entry, ("/" + *target).c_str());
    }
    if (auto done = write_entry(from, to.get(), entry); !done) return done;
  }
}
} // namespace

tl::expected<void, std::string> unpack_archive(const std::string& file, const std::string& directory) {
  auto source = std::make_unique<plain_source>();
  if (auto opened = source->open(file); !opened) return tl::unexpected(opened.error());
  auto tar = source->tar();
  if (!tar) return tl::unexpected(fmt::format("{} is not a tar archive", file));
  auto done = in_own_root(directory, [&] { return unpack_files(tar.get()); });
  if (!done) return tl::unexpected(fmt::format("{}: {}", file, done.error()));
  return done;
}

} // namespace troupe::actors::runtime
