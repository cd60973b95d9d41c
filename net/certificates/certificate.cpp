#include "net/certificates/certificate.hpp"
#include "net/certificates/openssl.hpp"
#include <array>
#include <fmt/format.h>
#include <openssl/pem.h>
#include <openssl/sha.h>

namespace troupe::net::certificates {

namespace {

/// Clocks of other machines may be behind by this much.
constexpr auto clock_skew = std::chrono::minutes(5);

x509_ptr parse(std::string_view pem) {
  return x509_ptr(PEM_read_bio_X509(reader(pem).get(), nullptr, nullptr, nullptr));
}

bool add_extension(X509* certificate, X509* issuer, int kind, const std::string& value) {
  X509V3_CTX context;
  X509V3_set_ctx_nodb(&context);
  X509V3_set_ctx(&context, issuer, certificate, nullptr, nullptr, 0);
  auto* extension = X509V3_EXT_conf_nid(nullptr, &context, kind, value.c_str());
  if (extension == nullptr) return false;
  const auto ok = X509_add_ext(certificate, extension, -1) == 1;
  X509_EXTENSION_free(extension);
  return ok;
}

bool add_name(X509_NAME* name, int kind, const std::string& value) {
  return X509_NAME_add_entry_by_NID(name, kind, MBSTRING_UTF8,
                                    reinterpret_cast<unsigned char*>(const_cast<char*>(value.data())),
                                    static_cast<int>(value.size()), -1, 0) == 1;
}

/// SAN entries as objects, not as configuration text, in which a comma of a name would start the next entry.
bool add_alternative_names(X509* certificate, const certificate_request& what) {
  if (what.dns_names.empty() && what.ip_addresses.empty()) return true;
  const std::unique_ptr<GENERAL_NAMES, releaser<GENERAL_NAMES_free>> names(sk_GENERAL_NAME_new_null());
  const auto push = [&](int kind, ASN1_STRING* value) {
    auto* name = GENERAL_NAME_new();
    GENERAL_NAME_set0_value(name, kind, value);
    sk_GENERAL_NAME_push(names.get(), name);
  };
  for (const auto& dns : what.dns_names) {
    auto* value = ASN1_IA5STRING_new();
    ASN1_STRING_set(value, dns.data(), static_cast<int>(dns.size()));
    push(GEN_DNS, value);
  }
  for (const auto& ip : what.ip_addresses) {
    auto* value = a2i_IPADDRESS(ip.c_str());
    if (value == nullptr) return false;
    push(GEN_IPADD, value);
  }
  return X509_add1_ext_i2d(certificate, NID_subject_alt_name, names.get(), 0, 0) == 1;
}

bool prepare(X509* certificate, const key& subject, const validity& when, const random_source& random) {
  std::array<std::uint8_t, 16> serial{};
  random(serial);
  serial[0] &= 0x7f;  // Serial numbers are positive (RFC 5280 section 4.1.2.2).
  const std::unique_ptr<BIGNUM, releaser<BN_free>> number(BN_bin2bn(serial.data(), serial.size(), nullptr));
  const auto start = std::chrono::system_clock::to_time_t(when.now - clock_skew);
  const auto end = std::chrono::system_clock::to_time_t(when.now + when.lifetime);
  return X509_set_version(certificate, X509_VERSION_3) == 1 &&
         BN_to_ASN1_INTEGER(number.get(), X509_get_serialNumber(certificate)) != nullptr &&
         ASN1_TIME_adj(X509_getm_notBefore(certificate), start, 0, 0) != nullptr &&
         ASN1_TIME_adj(X509_getm_notAfter(certificate), end, 0, 0) != nullptr &&
         X509_set_pubkey(certificate, subject.native()) == 1;
}

std::string to_pem(X509* certificate) {
  const auto out = writer();
  PEM_write_bio_X509(out.get(), certificate);
  return written(out.get());
}

std::vector<std::string> entries(const X509_NAME* name, int kind) {
  std::vector<std::string> values;
  for (int at = X509_NAME_get_index_by_NID(name, kind, -1); at >= 0; at = X509_NAME_get_index_by_NID(name, kind, at)) {
    unsigned char* text = nullptr;
    const auto size = ASN1_STRING_to_UTF8(&text, X509_NAME_ENTRY_get_data(X509_NAME_get_entry(name, at)));
    if (size >= 0) values.emplace_back(reinterpret_cast<char*>(text), static_cast<std::size_t>(size));
    OPENSSL_free(text);
  }
  return values;
}

time_point to_time(const ASN1_TIME* when) {
  std::tm parts{};
  if (ASN1_TIME_to_tm(when, &parts) != 1) return {};
  return std::chrono::system_clock::from_time_t(::timegm(&parts));
}

void read_alternative_names(X509* certificate, certificate_facts& facts) {
  const std::unique_ptr<GENERAL_NAMES, releaser<GENERAL_NAMES_free>> names(
      static_cast<GENERAL_NAMES*>(X509_get_ext_d2i(certificate, NID_subject_alt_name, nullptr, nullptr)));
  for (int i = 0; names && i < sk_GENERAL_NAME_num(names.get()); ++i) {
    const auto* name = sk_GENERAL_NAME_value(names.get(), i);
    if (name->type != GEN_DNS && name->type != GEN_IPADD) continue;
    const std::string_view bytes(reinterpret_cast<const char*>(ASN1_STRING_get0_data(name->d.ia5)),
                                 static_cast<std::size_t>(ASN1_STRING_length(name->d.ia5)));
    if (name->type == GEN_DNS) {
      facts.dns_names.emplace_back(bytes);
      continue;
    }
    const auto octet = [&](std::size_t at) { return static_cast<unsigned char>(bytes[at]); };
    if (bytes.size() == 4) {
      facts.ip_addresses.push_back(fmt::format("{}.{}.{}.{}", octet(0), octet(1), octet(2), octet(3)));
    } else if (bytes.size() == 16) {
      std::string text;
      for (std::size_t k = 0; k < 16; k += 2) text += fmt::format("{}{:x}", k ? ":" : "", octet(k) << 8 | octet(k + 1));
      facts.ip_addresses.push_back(text);
    }
  }
}

} // namespace

result<credential> make_authority(const std::string& common_name, const validity& when, const random_source& random) {
  auto made = key::make_ec();
  if (!made) return failure(made.error());
  const x509_ptr certificate(X509_new());
  auto* subject = X509_get_subject_name(certificate.get());
  if (!prepare(certificate.get(), *made, when, random) || !add_name(subject, NID_commonName, common_name) ||
      X509_set_issuer_name(certificate.get(), subject) != 1 ||
      !add_extension(certificate.get(), certificate.get(), NID_basic_constraints, "critical,CA:TRUE,pathlen:0") ||
      !add_extension(certificate.get(), certificate.get(), NID_key_usage,
                     "critical,digitalSignature,keyCertSign,cRLSign") ||
      !add_extension(certificate.get(), certificate.get(), NID_subject_key_identifier, "hash") ||
      X509_sign(certificate.get(), made->native(), EVP_sha256()) <= 0)
    return crypto_failure("make an authority");
  return credential{to_pem(certificate.get()), *made};
}

result<std::string> issue_for(const credential& authority, const key& subject, const certificate_request& what,
                              const validity& when, const random_source& random) {
  const auto issuer = parse(authority.certificate_pem);
  if (!issuer) return crypto_failure("read the authority's certificate", errc::malformed);
  const x509_ptr certificate(X509_new());
  auto* leaf = certificate.get();
  auto* name = X509_get_subject_name(leaf);
  bool ok = prepare(leaf, subject, when, random);
  for (const auto& organization : what.organizations) ok = ok && add_name(name, NID_organizationName, organization);
  ok = ok && add_name(name, NID_commonName, what.common_name);
  ok = ok && X509_set_issuer_name(leaf, X509_get_subject_name(issuer.get())) == 1;
  ok = ok && add_extension(leaf, issuer.get(), NID_basic_constraints, "critical,CA:FALSE");
  ok = ok && add_extension(leaf, issuer.get(), NID_key_usage, "critical,digitalSignature,keyEncipherment");
  if (what.server || what.client) {
    const auto* usage = what.server && what.client ? "serverAuth,clientAuth"
                        : what.server              ? "serverAuth"
                                                   : "clientAuth";
    ok = ok && add_extension(leaf, issuer.get(), NID_ext_key_usage, usage);
  }
  ok = ok && add_extension(leaf, issuer.get(), NID_authority_key_identifier, "keyid");
  ok = ok && add_alternative_names(leaf, what);
  ok = ok && X509_sign(leaf, authority.key.native(), EVP_sha256()) > 0;
  if (!ok) return crypto_failure(fmt::format("issue a certificate for \"{}\"", what.common_name));
  return to_pem(leaf);
}

result<credential> issue(const credential& authority, const certificate_request& what, const validity& when,
                         const random_source& random) {
  auto made = key::make_ec();
  if (!made) return failure(made.error());
  auto pem = issue_for(authority, *made, what, when, random);
  if (!pem) return failure(pem.error());
  return credential{std::move(*pem), *made};
}

result<certificate_facts> inspect(std::string_view certificate_pem) {
  const auto certificate = parse(certificate_pem);
  if (!certificate) return crypto_failure("read a certificate", errc::malformed);
  certificate_facts facts;
  const auto* subject = X509_get_subject_name(certificate.get());
  if (auto names = entries(subject, NID_commonName); !names.empty()) facts.common_name = names.back();
  facts.organizations = entries(subject, NID_organizationName);
  if (auto names = entries(X509_get_issuer_name(certificate.get()), NID_commonName); !names.empty())
    facts.issuer = names.back();
  const std::unique_ptr<BIGNUM, releaser<BN_free>> number(
      ASN1_INTEGER_to_BN(X509_get0_serialNumber(certificate.get()), nullptr));
  if (auto* text = BN_bn2hex(number.get())) {
    facts.serial = text;
    OPENSSL_free(text);
  }
  facts.not_before = to_time(X509_get0_notBefore(certificate.get()));
  facts.not_after = to_time(X509_get0_notAfter(certificate.get()));
  const auto flags = X509_get_extension_flags(certificate.get());
  facts.authority = (flags & EXFLAG_CA) != 0;
  const auto usage = (flags & EXFLAG_XKUSAGE) != 0 ? X509_get_extended_key_usage(certificate.get()) : 0U;
  facts.server = (usage & XKU_SSL_SERVER) != 0;
  facts.client = (usage & XKU_SSL_CLIENT) != 0;
  read_alternative_names(certificate.get(), facts);
  return facts;
}

result<void> verify(std::string_view certificate_pem, std::string_view authority_pem, purpose use, time_point now) {
  const auto leaf = parse(certificate_pem), authority = parse(authority_pem);
  if (!leaf || !authority) return crypto_failure("read a certificate", errc::malformed);
  const std::unique_ptr<X509_STORE, releaser<X509_STORE_free>> store(X509_STORE_new());
  const std::unique_ptr<X509_STORE_CTX, releaser<X509_STORE_CTX_free>> context(X509_STORE_CTX_new());
  X509_STORE_add_cert(store.get(), authority.get());
  if (X509_STORE_CTX_init(context.get(), store.get(), leaf.get(), nullptr) != 1) return crypto_failure("verify");
  X509_STORE_CTX_set_purpose(context.get(), use == purpose::server ? X509_PURPOSE_SSL_SERVER : X509_PURPOSE_SSL_CLIENT);
  X509_STORE_CTX_set_time(context.get(), 0, std::chrono::system_clock::to_time_t(now));
  if (X509_verify_cert(context.get()) == 1) return {};
  const auto why = X509_STORE_CTX_get_error(context.get());
  ERR_clear_error();
  const auto late = why == X509_V_ERR_CERT_HAS_EXPIRED || why == X509_V_ERR_CERT_NOT_YET_VALID;
  return failure(error{late ? errc::expired : errc::not_trusted, X509_verify_cert_error_string(why)});
}

result<std::string> public_key_hash(std::string_view certificate_pem) {
  const auto certificate = parse(certificate_pem);
  if (!certificate) return crypto_failure("read a certificate", errc::malformed);
  unsigned char* der = nullptr;
  const auto size = i2d_X509_PUBKEY(X509_get_X509_PUBKEY(certificate.get()), &der);
  if (size <= 0) return crypto_failure("read a public key");
  unsigned char digest[SHA256_DIGEST_LENGTH];
  SHA256(der, static_cast<std::size_t>(size), digest);
  OPENSSL_free(der);
  std::string text;
  for (const auto byte : digest) text += fmt::format("{:02x}", byte);
  return text;
}

} // namespace troupe::net::certificates
