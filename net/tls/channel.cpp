#include "net/tls/channel.hpp"
#include "net/tls/errors.hpp"
#include "net/tls/socket_bio.hpp"
#include <arpa/inet.h>
#include <cerrno>
#include <cstring>
#include <memory>
#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>
#include <sys/socket.h>

namespace troupe::net::tls {

namespace {

bool is_address(const std::string& name) {
  unsigned char scratch[16];
  return ::inet_pton(AF_INET, name.c_str(), scratch) == 1 || ::inet_pton(AF_INET6, name.c_str(), scratch) == 1;
}

std::vector<std::string> entries(X509_NAME* name, int kind) {
  std::vector<std::string> values;
  for (int at = X509_NAME_get_index_by_NID(name, kind, -1); at >= 0; at = X509_NAME_get_index_by_NID(name, kind, at)) {
    unsigned char* text = nullptr;
    const auto size = ASN1_STRING_to_UTF8(&text, X509_NAME_ENTRY_get_data(X509_NAME_get_entry(name, at)));
    if (size < 0) continue;
    values.emplace_back(reinterpret_cast<char*>(text), static_cast<std::size_t>(size));
    OPENSSL_free(text);
  }
  return values;
}

std::vector<std::string> dns_names_of(X509* certificate) {
  std::vector<std::string> out;
  auto* names = static_cast<GENERAL_NAMES*>(X509_get_ext_d2i(certificate, NID_subject_alt_name, nullptr, nullptr));
  for (int i = 0; i < sk_GENERAL_NAME_num(names); ++i) {
    const auto* name = sk_GENERAL_NAME_value(names, i);
    if (name->type != GEN_DNS) continue;
    out.emplace_back(reinterpret_cast<const char*>(ASN1_STRING_get0_data(name->d.dNSName)),
                     static_cast<std::size_t>(ASN1_STRING_length(name->d.dNSName)));
  }
  GENERAL_NAMES_free(names);
  return out;
}

} // namespace

channel::channel(int descriptor) noexcept : descriptor_(descriptor) {}

channel::channel(int descriptor, const context& settings, role side, const std::string& peer_name)
    : descriptor_(descriptor), ssl_(SSL_new(settings.native())) {
  if (ssl_ == nullptr) throw std::bad_alloc();
  auto* bio = BIO_new(socket_bio());
  BIO_set_data(bio, reinterpret_cast<void*>(static_cast<std::intptr_t>(descriptor)));
  BIO_set_init(bio, 1);
  SSL_set_bio(ssl_, bio, bio);
  if (side == role::server) {
    SSL_set_accept_state(ssl_);
    return;
  }
  SSL_set_connect_state(ssl_);
  if (peer_name.empty()) return;
  const bool address = is_address(peer_name);
  if (!address) SSL_set_tlsext_host_name(ssl_, peer_name.c_str());
  if (!settings.verifies()) return;
  if (address) X509_VERIFY_PARAM_set1_ip_asc(SSL_get0_param(ssl_), peer_name.c_str());
  else SSL_set1_host(ssl_, peer_name.c_str());
}

channel::~channel() { SSL_free(ssl_); }

progress channel::translate(int result) {
  switch (SSL_get_error(ssl_, result)) {
    case SSL_ERROR_WANT_READ: return progress::want_read;
    case SSL_ERROR_WANT_WRITE: return progress::want_write;
    case SSL_ERROR_ZERO_RETURN: return progress::end;
    case SSL_ERROR_SYSCALL:
      error_ = errno != 0 ? std::strerror(errno) : "connection closed";
      ERR_clear_error();
      return progress::failed;
    default: {
      const auto verify = SSL_get_verify_result(ssl_);
      error_ = take_error();
      if (verify != X509_V_OK && SSL_in_init(ssl_)) error_ = X509_verify_cert_error_string(verify);
      return progress::failed;
    }
  }
}

progress channel::handshake() {
  if (ssl_ == nullptr) return progress::done;
  ERR_clear_error();
  errno = 0;
  const auto result = SSL_do_handshake(ssl_);
  return result == 1 ? progress::done : translate(result);
}

outcome channel::read(std::span<char> into) {
  if (ssl_ == nullptr) {
    const auto n = ::recv(descriptor_, into.data(), into.size(), 0);
    if (n > 0) return {progress::done, static_cast<std::size_t>(n)};
    if (n == 0) return {progress::end};
    if (errno == EAGAIN || errno == EINTR) return {progress::want_read};
    error_ = std::strerror(errno);
    return {progress::failed};
  }
  ERR_clear_error();
  errno = 0;
  std::size_t n = 0;
  const auto result = SSL_read_ex(ssl_, into.data(), into.size(), &n);
  if (result == 1) return {progress::done, n};
  return {translate(result)};
}

outcome channel::write(std::string_view bytes) {
  if (ssl_ == nullptr) {
    const auto n = ::send(descriptor_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
    if (n >= 0) return {progress::done, static_cast<std::size_t>(n)};
    if (errno == EAGAIN || errno == EINTR) return {progress::want_write};
    error_ = std::strerror(errno);
    return {progress::failed};
  }
  ERR_clear_error();
  errno = 0;
  std::size_t n = 0;
  const auto result = SSL_write_ex(ssl_, bytes.data(), bytes.size(), &n);
  if (result == 1) return {progress::done, n};
  return {translate(result)};
}

bool channel::has_buffered() const noexcept { return ssl_ != nullptr && SSL_has_pending(ssl_) == 1; }

void channel::shutdown() noexcept {
  if (ssl_ != nullptr && SSL_is_init_finished(ssl_)) {
    ERR_clear_error();
    SSL_shutdown(ssl_);
    ERR_clear_error();
  }
  ::shutdown(descriptor_, SHUT_WR);
}

std::string_view channel::alpn() const noexcept {
  if (ssl_ == nullptr) return {};
  const unsigned char* name = nullptr;
  unsigned size = 0;
  SSL_get0_alpn_selected(ssl_, &name, &size);
  return {reinterpret_cast<const char*>(name), size};
}

identity channel::peer() const {
  identity who;
  auto* certificate = ssl_ == nullptr ? nullptr : SSL_get0_peer_certificate(ssl_);
  if (certificate == nullptr) return who;
  who.presented = true;
  const auto result = SSL_get_verify_result(ssl_);
  // Without a verify mode nothing was checked, and OpenSSL still says "ok".
  who.verified = result == X509_V_OK && (SSL_get_verify_mode(ssl_) & SSL_VERIFY_PEER) != 0;
  if (!who.verified) who.error = result == X509_V_OK ? "not checked" : X509_verify_cert_error_string(result);
  auto* subject = X509_get_subject_name(certificate);
  if (auto names = entries(subject, NID_commonName); !names.empty()) who.common_name = std::move(names.back());
  who.organizations = entries(subject, NID_organizationName);
  who.dns_names = dns_names_of(certificate);
  return who;
}

std::string channel::peer_certificate_pem() const {
  auto* certificate = ssl_ == nullptr ? nullptr : SSL_get0_peer_certificate(ssl_);
  if (certificate == nullptr) return {};
  const std::unique_ptr<BIO, decltype(&BIO_free)> out(BIO_new(BIO_s_mem()), &BIO_free);
  if (out == nullptr || PEM_write_bio_X509(out.get(), certificate) != 1) return {};
  char* bytes = nullptr;
  const auto size = BIO_get_mem_data(out.get(), &bytes);
  return {bytes, static_cast<std::size_t>(size)};
}

} // namespace troupe::net::tls
