#include "net/certificates/jwt.hpp"
#include "net/certificates/base64.hpp"
#include "net/certificates/openssl.hpp"
#include <boost/json.hpp>
#include <openssl/core_names.h>
#include <openssl/ecdsa.h>

namespace troupe::net::certificates {

namespace json = boost::json;

namespace {

constexpr std::size_t token_max = 16 * 1024;
/// R and S of P-256, one after the other (RFC 7518 section 3.4).
constexpr int half = 32;
constexpr std::chrono::seconds leeway{60};

using signature_ptr = std::unique_ptr<ECDSA_SIG, releaser<ECDSA_SIG_free>>;
using number_ptr = std::unique_ptr<BIGNUM, releaser<BN_free>>;

std::string_view algorithm(const key& with) { return with.type() == key::kind::ec_p256 ? "ES256" : "RS256"; }

const unsigned char* raw(std::string_view text) { return reinterpret_cast<const unsigned char*>(text.data()); }

failure bad_token(std::string_view why) { return failure(error{errc::malformed, std::string(why)}); }

/// OpenSSL's ECDSA signatures are DER, those of JWS are two plain numbers.
std::string to_fixed(std::string_view der) {
  const auto* at = raw(der);
  const signature_ptr parts(d2i_ECDSA_SIG(nullptr, &at, static_cast<long>(der.size())));
  std::string out(2 * half, '\0');
  if (!parts) return {};
  auto* into = reinterpret_cast<unsigned char*>(out.data());
  BN_bn2binpad(ECDSA_SIG_get0_r(parts.get()), into, half);
  BN_bn2binpad(ECDSA_SIG_get0_s(parts.get()), into + half, half);
  return out;
}

std::string to_der(std::string_view fixed) {
  if (fixed.size() != 2 * half) return {};
  const signature_ptr parts(ECDSA_SIG_new());
  ECDSA_SIG_set0(parts.get(), BN_bin2bn(raw(fixed), half, nullptr), BN_bin2bn(raw(fixed) + half, half, nullptr));
  unsigned char* der = nullptr;
  const auto size = i2d_ECDSA_SIG(parts.get(), &der);
  std::string out(reinterpret_cast<char*>(der), size > 0 ? static_cast<std::size_t>(size) : 0);
  OPENSSL_free(der);
  return out;
}

bool signed_by(std::string_view message, std::string_view signature, const key& with) {
  const auto form = with.type() == key::kind::ec_p256 ? to_der(signature) : std::string(signature);
  const digest_ptr digest(EVP_MD_CTX_new());
  const bool ok = EVP_DigestVerifyInit(digest.get(), nullptr, EVP_sha256(), nullptr, with.native()) == 1 &&
                  EVP_DigestVerify(digest.get(), raw(form), form.size(), raw(message), message.size()) == 1;
  ERR_clear_error();
  return ok;
}

std::string number(const key& of, const char* which) {
  BIGNUM* value = nullptr;
  if (EVP_PKEY_get_bn_param(of.native(), which, &value) != 1) return {};
  const number_ptr owned(value);
  // Coordinates have a fixed width (RFC 7518 section 6.2.1.2), RSA numbers have none.
  const auto size = of.type() == key::kind::ec_p256 ? half : BN_num_bytes(value);
  std::string bytes(static_cast<std::size_t>(size), '\0');
  BN_bn2binpad(value, reinterpret_cast<unsigned char*>(bytes.data()), size);
  return base64url(bytes);
}

std::optional<json::object> parse_part(std::string_view part) {
  const auto text = base64url_decode(part);
  if (!text) return {};
  boost::system::error_code error;
  auto value = json::parse(*text, error);
  if (error || !value.is_object()) return {};
  return std::move(value.as_object());
}

std::string_view string_member(const json::object& of, std::string_view name) {
  const auto* value = of.if_contains(name);
  return value != nullptr && value->is_string() ? std::string_view(value->get_string()) : std::string_view();
}

} // namespace

result<std::string> sign_token(const json::object& claims, const key& signer) {
  const json::object header{{"alg", algorithm(signer)}, {"kid", signer.id()}};
  auto token = base64url(json::serialize(header)) + "." + base64url(json::serialize(claims));
  const digest_ptr digest(EVP_MD_CTX_new());
  std::size_t size = 0;
  if (EVP_DigestSignInit(digest.get(), nullptr, EVP_sha256(), nullptr, signer.native()) != 1 ||
      EVP_DigestSign(digest.get(), nullptr, &size, raw(token), token.size()) != 1)
    return crypto_failure("sign a token");
  std::string signature(size, '\0');
  if (EVP_DigestSign(digest.get(), reinterpret_cast<unsigned char*>(signature.data()), &size, raw(token),
                     token.size()) != 1)
    return crypto_failure("sign a token");
  signature.resize(size);
  if (signer.type() == key::kind::ec_p256) signature = to_fixed(signature);
  return token + "." + base64url(signature);
}

key_set::key_set(std::vector<key> keys) {
  for (auto& each : keys) keys_.push_back({each.id(), std::move(each)});
}

result<json::object> key_set::verify_token(std::string_view token) const {
  if (token.size() > token_max) return bad_token("the token is too long");
  const auto first = token.find('.');
  const auto last = token.rfind('.');
  if (first == std::string_view::npos || first == last || token.find('.', first + 1) != last)
    return bad_token("the token does not have three parts");
  const auto header = parse_part(token.substr(0, first));
  const auto signature = base64url_decode(token.substr(last + 1));
  if (!header || !signature) return bad_token("the token's header or signature cannot be read");
  const auto id = string_member(*header, "kid");
  for (const auto& each : keys_) {
    if ((!id.empty() && id != each.id) || string_member(*header, "alg") != algorithm(each.key)) continue;
    if (!signed_by(token.substr(0, last), *signature, each.key)) continue;
    auto claims = parse_part(token.substr(first + 1, last - first - 1));
    if (!claims) return bad_token("the token's claims cannot be read");
    return std::move(*claims);
  }
  return failure(error{errc::not_trusted, "the token is not signed by a known key"});
}

json::object key_set::document() const {
  json::array all;
  for (const auto& each : keys_) {
    json::object one{{"use", "sig"}, {"kid", each.id}, {"alg", algorithm(each.key)}};
    if (each.key.type() == key::kind::ec_p256) {
      one["kty"] = "EC";
      one["crv"] = "P-256";
      one["x"] = number(each.key, OSSL_PKEY_PARAM_EC_PUB_X);
      one["y"] = number(each.key, OSSL_PKEY_PARAM_EC_PUB_Y);
    } else {
      one["kty"] = "RSA";
      one["n"] = number(each.key, OSSL_PKEY_PARAM_RSA_N);
      one["e"] = number(each.key, OSSL_PKEY_PARAM_RSA_E);
    }
    all.push_back(std::move(one));
  }
  return {{"keys", std::move(all)}};
}

result<void> check_times(const json::object& claims, std::chrono::system_clock::time_point now) {
  const auto seconds = std::chrono::duration_cast<std::chrono::seconds>(now.time_since_epoch()).count();
  const auto at = [&](std::string_view name) -> std::optional<double> {
    const auto* value = claims.if_contains(name);
    if (value == nullptr || !value->is_number()) return {};
    return value->to_number<double>();
  };
  const auto current = static_cast<double>(seconds), slack = static_cast<double>(leeway.count());
  if (const auto exp = at("exp"); exp && current > *exp + slack)
    return failure(error{errc::expired, "service account token has expired"});
  for (const auto* name : {"nbf", "iat"})
    if (const auto from = at(name); from && current < *from - slack)
      return failure(error{errc::expired, "service account token is not valid yet"});
  return {};
}

bool looks_like_token(std::string_view text) noexcept {
  int dots = 0;
  for (const char c : text) {
    const bool allowed =
        (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' || c == '_';
    if (c == '.') ++dots;
    else if (!allowed) return false;
  }
  return dots == 2;
}

} // namespace troupe::net::certificates
