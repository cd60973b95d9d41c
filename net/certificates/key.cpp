#include "net/certificates/key.hpp"
#include "net/certificates/base64.hpp"
#include "net/certificates/openssl.hpp"
#include <openssl/core_names.h>
#include <openssl/ec.h>
#include <openssl/pem.h>
#include <openssl/rsa.h>
#include <openssl/sha.h>

namespace troupe::net::certificates {

result<key> key::adopt(evp_pkey_st* raw, bool is_private) {
  key made;
  made.key_ = std::shared_ptr<EVP_PKEY>(raw, EVP_PKEY_free);
  made.private_ = is_private;
  if (EVP_PKEY_is_a(raw, "RSA")) {
    if (EVP_PKEY_get_bits(raw) < 2048) return failure(error{errc::unsupported, "RSA keys need at least 2048 bits"});
    made.kind_ = kind::rsa;
    return made;
  }
  char group[64] = {};
  if (!EVP_PKEY_is_a(raw, "EC") || EVP_PKEY_get_group_name(raw, group, sizeof group, nullptr) != 1 ||
      std::string_view(group) != "prime256v1")
    return failure(error{errc::unsupported, "only RSA and ECDSA P-256 keys are supported"});
  made.kind_ = kind::ec_p256;
  return made;
}

result<key> key::make_ec() {
  auto* raw = EVP_EC_gen("P-256");
  if (raw == nullptr) return crypto_failure("make an ECDSA key");
  return adopt(raw, true);
}

result<key> key::make_rsa() {
  auto* raw = EVP_RSA_gen(2048);
  if (raw == nullptr) return crypto_failure("make an RSA key");
  return adopt(raw, true);
}

result<key> key::from_pem(std::string_view pem) {
  if (auto* raw = PEM_read_bio_PrivateKey(reader(pem).get(), nullptr, nullptr, nullptr)) return adopt(raw, true);
  ERR_clear_error();
  if (auto* raw = PEM_read_bio_PUBKEY(reader(pem).get(), nullptr, nullptr, nullptr)) return adopt(raw, false);
  return crypto_failure("read a key", errc::malformed);
}

std::string key::private_pem() const {
  const auto out = writer();
  PEM_write_bio_PKCS8PrivateKey(out.get(), key_.get(), nullptr, nullptr, 0, nullptr, nullptr);
  return written(out.get());
}

std::string key::public_pem() const {
  const auto out = writer();
  PEM_write_bio_PUBKEY(out.get(), key_.get());
  return written(out.get());
}

std::string key::public_der() const {
  unsigned char* der = nullptr;
  const auto size = i2d_PUBKEY(key_.get(), &der);
  std::string bytes(reinterpret_cast<char*>(der), size > 0 ? static_cast<std::size_t>(size) : 0);
  OPENSSL_free(der);
  return bytes;
}

std::string key::id() const {
  const auto der = public_der();
  unsigned char digest[SHA256_DIGEST_LENGTH];
  SHA256(reinterpret_cast<const unsigned char*>(der.data()), der.size(), digest);
  return base64url({reinterpret_cast<char*>(digest), sizeof digest});
}

} // namespace troupe::net::certificates
