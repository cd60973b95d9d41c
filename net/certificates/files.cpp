#include "net/certificates/files.hpp"
#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <fmt/format.h>
#include <fstream>
#include <sys/stat.h>
#include <unistd.h>

namespace troupe::net::certificates {

namespace {

constexpr std::size_t file_max = 1 << 20;

failure file_failure(std::string_view verb, const std::filesystem::path& file) {
  return failure(error{errc::file, fmt::format("{} {}: {}", verb, file.string(), std::strerror(errno))});
}

result<void> save_with_mode(const std::filesystem::path& file, std::string_view text, mode_t mode) {
  auto temporary = file;
  temporary += ".new";
  ::unlink(temporary.c_str());
  const int out = ::open(temporary.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, mode);
  if (out < 0) return file_failure("create", temporary);
  // The mode of `open` is cut by the umask, which must not decide about certificates that others need to read.
  bool ok = ::fchmod(out, mode) == 0;
  while (ok && !text.empty()) {
    const auto n = ::write(out, text.data(), text.size());
    ok = n > 0;
    if (ok) text.remove_prefix(static_cast<std::size_t>(n));
  }
  ok = ok && ::fsync(out) == 0;
  ::close(out);
  if (!ok || ::rename(temporary.c_str(), file.c_str()) != 0) {
    auto why = file_failure("write", file);
    ::unlink(temporary.c_str());
    return why;
  }
  return {};
}

} // namespace

result<void> save_private(const std::filesystem::path& file, std::string_view text) {
  return save_with_mode(file, text, S_IRUSR | S_IWUSR);
}

result<void> save_public(const std::filesystem::path& file, std::string_view text) {
  return save_with_mode(file, text, S_IRUSR | S_IWUSR | S_IRGRP | S_IROTH);
}

result<std::string> load(const std::filesystem::path& file) {
  std::ifstream in(file, std::ios::binary);
  if (!in) return file_failure("open", file);
  std::string text(file_max + 1, '\0');
  in.read(text.data(), static_cast<std::streamsize>(text.size()));
  text.resize(static_cast<std::size_t>(in.gcount()));
  if (text.size() > file_max) return failure(error{errc::file, fmt::format("{} is too large", file.string())});
  return text;
}

result<void> save(const credential& what, const std::filesystem::path& folder, const std::string& stem) {
  // The key first: a certificate without its key would look complete.
  if (auto ok = save_private(folder / (stem + ".key"), what.key.private_pem()); !ok) return ok;
  return save_public(folder / (stem + ".crt"), what.certificate_pem);
}

result<void> replace(const credential& what, const std::filesystem::path& folder, const std::string& stem) {
  // Both in one file first: from then on the new pair counts, and writing the two can be repeated.
  const auto both = folder / (stem + ".next");
  if (auto ok = save_private(both, what.key.private_pem() + what.certificate_pem); !ok) return ok;
  if (auto ok = save(what, folder, stem); !ok) return ok;
  std::error_code error;
  std::filesystem::remove(both, error);
  return {};
}

result<credential> load_credential(const std::filesystem::path& folder, const std::string& stem) {
  std::error_code none;
  if (const auto both = folder / (stem + ".next"); std::filesystem::exists(both, none)) {
    const auto text = load(both);
    if (!text) return failure(text.error());
    auto holder = key::from_pem(*text);
    if (!holder) return failure(holder.error());
    const auto at = text->find("-----BEGIN CERTIFICATE-----");
    const credential next{at == std::string::npos ? std::string() : text->substr(at), *holder};
    if (auto ok = replace(next, folder, stem); !ok) return failure(ok.error());
  }
  auto certificate = load(folder / (stem + ".crt"));
  if (!certificate) return failure(certificate.error());
  const auto pem = load(folder / (stem + ".key"));
  if (!pem) return failure(pem.error());
  auto read = key::from_pem(*pem);
  if (!read) return failure(read.error());
  return credential{std::move(*certificate), *read};
}

} // namespace troupe::net::certificates
