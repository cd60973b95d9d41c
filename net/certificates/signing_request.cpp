#include "net/certificates/signing_request.hpp"
#include "net/certificates/openssl.hpp"
#include <openssl/pem.h>

namespace troupe::net::certificates {

namespace {

constexpr std::size_t request_max = 16 * 1024;
using request_ptr = std::unique_ptr<X509_REQ, releaser<X509_REQ_free>>;

} // namespace

result<std::string> make_signing_request(const key& holder, const std::string& common_name) {
  const request_ptr request(X509_REQ_new());
  auto* name = X509_REQ_get_subject_name(request.get());
  const bool ok =
    X509_REQ_set_version(request.get(), X509_REQ_VERSION_1) == 1 &&
    X509_NAME_add_entry_by_NID(name, NID_commonName, MBSTRING_UTF8,
                               reinterpret_cast<unsigned char*>(const_cast<char*>(common_name.data())),
                               static_cast<int>(common_name.size()), -1, 0) == 1 &&
    X509_REQ_set_pubkey(request.get(), holder.native()) == 1 &&
    X509_REQ_sign(request.get(), holder.native(), EVP_sha256()) > 0;
  if (!ok) return crypto_failure("make a signing request");
  const auto out = writer();
  if (PEM_write_bio_X509_REQ(out.get(), request.get()) != 1) return crypto_failure("write a signing request");
  return written(out.get());
}

result<key> verify_signing_request(std::string_view pem) {
  if (pem.size() > request_max) return failure(error{errc::malformed, "the signing request is too large"});
  const request_ptr request(PEM_read_bio_X509_REQ(reader(pem).get(), nullptr, nullptr, nullptr));
  if (!request) return crypto_failure("read a signing request", errc::malformed);
  auto* inside = X509_REQ_get0_pubkey(request.get());
  if (inside == nullptr) return crypto_failure("read the key of a signing request", errc::malformed);
  const auto out = writer();
  if (PEM_write_bio_PUBKEY(out.get(), inside) != 1) return crypto_failure("read the key of a signing request");
  auto holder = key::from_pem(written(out.get()));
  if (!holder) return holder;
  // The signature last: it is what costs, and odd keys are refused without it.
  constexpr int rsa_bits_max = 8192;
  if (EVP_PKEY_get_bits(inside) > rsa_bits_max)
    return failure(error{errc::unsupported, "an RSA key must have 2048 to 8192 bits"});
  if (X509_REQ_verify(request.get(), inside) != 1)
    return crypto_failure("the signing request is not signed by its key", errc::not_trusted);
  return holder;
}

} // namespace troupe::net::certificates
