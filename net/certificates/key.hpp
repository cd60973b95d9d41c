#pragma once
#include "net/certificates/error.hpp"
#include <memory>
#include <string>
#include <string_view>

struct evp_pkey_st;

namespace troupe::net::certificates {

/// A private or public key, shared and immutable.
class key {
public:
  enum class kind { ec_p256, rsa };

  /// ECDSA on P-256: about 0.1 ms.
  [[nodiscard]] static result<key> make_ec();
  /// RSA of 2048 bits: tens of milliseconds.
  [[nodiscard]] static result<key> make_rsa();
  /// PKCS#8, SEC 1 or PKCS#1 private keys, or a public key (SubjectPublicKeyInfo), in PEM.
  [[nodiscard]] static result<key> from_pem(std::string_view pem);

  /// PKCS#8. To be written to files of mode 0600 only, see `save_private`.
  [[nodiscard]] std::string private_pem() const;
  [[nodiscard]] std::string public_pem() const;
  /// SubjectPublicKeyInfo in DER.
  [[nodiscard]] std::string public_der() const;
  /// Kubernetes' id of service-account keys: base64url of the SHA-256 of `public_der`.
  [[nodiscard]] std::string id() const;
  [[nodiscard]] key::kind type() const noexcept { return kind_; }
  [[nodiscard]] bool is_private() const noexcept { return private_; }
  [[nodiscard]] evp_pkey_st* native() const noexcept { return key_.get(); }

private:
  [[nodiscard]] static result<key> adopt(evp_pkey_st* raw, bool is_private);
  std::shared_ptr<evp_pkey_st> key_;
  key::kind kind_ = kind::ec_p256;
  bool private_ = false;
};

} // namespace troupe::net::certificates
