#pragma once
#include "net/certificates/error.hpp"
#include <memory>
#include <openssl/bio.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/x509.h>
#include <openssl/x509v3.h>
#include <string>
#include <string_view>

/// For this folder's sources only: OpenSSL's objects as owned C++ values.
namespace troupe::net::certificates {

template <auto Free> struct releaser {
  template <class T> void operator()(T* p) const noexcept { Free(p); }
};
using bio_ptr = std::unique_ptr<BIO, releaser<BIO_free_all>>;
using x509_ptr = std::unique_ptr<X509, releaser<X509_free>>;
using digest_ptr = std::unique_ptr<EVP_MD_CTX, releaser<EVP_MD_CTX_free>>;

inline bio_ptr reader(std::string_view text) {
  return bio_ptr(BIO_new_mem_buf(text.data(), static_cast<int>(text.size())));
}
inline bio_ptr writer() { return bio_ptr(BIO_new(BIO_s_mem())); }

inline std::string written(BIO* out) {
  char* data = nullptr;
  const auto size = BIO_get_mem_data(out, &data);
  return {data, static_cast<std::size_t>(size)};
}

inline failure crypto_failure(std::string what, errc code = errc::crypto) {
  if (const auto* reason = ERR_reason_error_string(ERR_peek_error())) what.append(": ").append(reason);
  ERR_clear_error();
  return failure(error{code, std::move(what)});
}

} // namespace troupe::net::certificates
