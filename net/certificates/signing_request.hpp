#pragma once
#include "net/certificates/key.hpp"
#include <string>
#include <string_view>

namespace troupe::net::certificates {

/// A request to sign (PKCS#10, RFC 2986) in PEM. Its signature proves that the sender holds the key; who the sender may
/// be is for the signer to say, so it asks for nothing but a common name, for people who look at it.
[[nodiscard]] result<std::string> make_signing_request(const key& holder, const std::string& common_name);

/// The public key of a request whose signature is by that very key; P-256 and RSA of 2048 bits or more. At most 16 KiB
/// are read.
[[nodiscard]] result<key> verify_signing_request(std::string_view pem);

} // namespace troupe::net::certificates
