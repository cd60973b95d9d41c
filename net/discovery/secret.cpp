#include "net/discovery/secret.hpp"
#include "net/certificates/base64.hpp"
#include "net/certificates/digest.hpp"
#include <array>
#include <cstdlib>
#include <fmt/format.h>
#include <memory>
#include <openssl/core_names.h>
#include <openssl/kdf.h>
#include <openssl/params.h>
#include <set>

namespace troupe::net::discovery {

namespace {

namespace certificates = net::certificates;

constexpr std::string_view mark = "troupelan1.", salt = "troupe discovery 1";
constexpr std::size_t secret_bytes = 32, sum_bytes = 4, text_max = 256;
constexpr std::size_t distinct_min = 16; ///< of 32 bytes; random ones have about 30

/// The first bytes of a hash, as bytes: a slip of the pen is told at once, and not by silence.
std::string sum_of(std::string_view bytes) {
  auto digits = certificates::sha256(bytes);
  std::string out;
  for (std::size_t i = 0; i < sum_bytes; ++i)
    out += static_cast<char>(std::strtoul(digits.substr(2 * i, 2).c_str(), nullptr, 16));
  return out;
}

std::string_view trimmed(std::string_view text) {
  constexpr std::string_view space = " \t\r\n";
  auto from = text.find_first_not_of(space);
  if (from == std::string_view::npos) return {};
  return text.substr(from, text.find_last_not_of(space) - from + 1);
}

tl::unexpected<std::string> unusable(std::string_view what) {
  return tl::make_unexpected(fmt::format(
    "{}; make one with 'troupe token discovery-secret' and give the same to the cluster and to this host", what));
}

/// Ends the process if OpenSSL has no memory or no SHA-256: no key is better than a wrong one.
std::string derived(std::string_view secret, std::string_view label, std::size_t size) {
  std::unique_ptr<EVP_KDF, decltype(&EVP_KDF_free)> kdf(EVP_KDF_fetch(nullptr, "HKDF", nullptr), EVP_KDF_free);
  std::unique_ptr<EVP_KDF_CTX, decltype(&EVP_KDF_CTX_free)> context(kdf ? EVP_KDF_CTX_new(kdf.get()) : nullptr,
                                                                    EVP_KDF_CTX_free);
  auto bytes = [](const char* name, std::string_view what) {
    return OSSL_PARAM_construct_octet_string(name, const_cast<char*>(what.data()), what.size());
  };
  std::string digest = "SHA256", out(size, '\0');
  std::array<OSSL_PARAM, 5> parameters{OSSL_PARAM_construct_utf8_string(OSSL_KDF_PARAM_DIGEST, digest.data(), 0),
                                       bytes(OSSL_KDF_PARAM_KEY, secret), bytes(OSSL_KDF_PARAM_SALT, salt),
                                       bytes(OSSL_KDF_PARAM_INFO, label), OSSL_PARAM_construct_end()};
  if (!context || EVP_KDF_derive(context.get(), reinterpret_cast<unsigned char*>(out.data()), out.size(),
                                 parameters.data()) != 1)
    std::abort();
  return out;
}

std::string hexadecimal(std::string_view bytes) {
  std::string out;
  for (unsigned char b : bytes) out += fmt::format("{:02x}", b);
  return out;
}

} // namespace

std::string make_secret(const certificates::random_source& random) {
  std::array<std::uint8_t, secret_bytes> bytes{};
  random(bytes);
  std::string secret(bytes.begin(), bytes.end());
  return std::string(mark) + certificates::base64url(secret + sum_of(secret));
}

tl::expected<keys, std::string> parse_secret(std::string_view text) {
  text = trimmed(text);
  if (text.size() > text_max || !text.starts_with(mark))
    return unusable("this is no discovery secret, which begins with \"troupelan1.\" and has 256 random bits");
  auto bytes = certificates::base64url_decode(text.substr(mark.size()));
  if (!bytes || bytes->size() < secret_bytes + sum_bytes)
    return unusable("the discovery secret is too short or damaged: a part of it is missing");
  auto secret = bytes->substr(0, secret_bytes);
  if (bytes->size() != secret_bytes + sum_bytes || bytes->substr(secret_bytes) != sum_of(secret))
    return unusable("the discovery secret is damaged: its checksum does not fit");
  if (std::set<char>(secret.begin(), secret.end()).size() < distinct_min)
    return unusable("the discovery secret is too weak: it is not random");
  return keys{derived(secret, "query", 32), derived(secret, "answer", 32), hexadecimal(derived(secret, "token id", 8)),
              certificates::base64url(derived(secret, "token secret", 16))};
}

} // namespace troupe::net::discovery
