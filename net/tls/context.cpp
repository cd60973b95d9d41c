#include "net/tls/context.hpp"
#include "net/tls/errors.hpp"
#include <fmt/format.h>
#include <memory>
#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/ssl.h>

namespace troupe::net::tls {

namespace {

template <auto Free> struct deleter {
  template <class T> void operator()(T* p) const noexcept { Free(p); }
};
using bio_ptr = std::unique_ptr<BIO, deleter<BIO_free_all>>;
using x509_ptr = std::unique_ptr<X509, deleter<X509_free>>;
using key_ptr = std::unique_ptr<EVP_PKEY, deleter<EVP_PKEY_free>>;

bio_ptr memory(std::string_view text) { return bio_ptr(BIO_new_mem_buf(text.data(), static_cast<int>(text.size()))); }

using failure = tl::unexpected<std::string>;
using step = tl::expected<void, std::string>;

step use_identity(SSL_CTX* ctx, std::string_view certificate_pem, std::string_view key_pem) {
  const auto source = memory(certificate_pem);
  const x509_ptr leaf(PEM_read_bio_X509_AUX(source.get(), nullptr, nullptr, nullptr));
  if (!leaf || SSL_CTX_use_certificate(ctx, leaf.get()) != 1)
    return failure(fmt::format("cannot read the certificate: {}", take_error()));
  while (auto* next = PEM_read_bio_X509(source.get(), nullptr, nullptr, nullptr))
    if (SSL_CTX_add0_chain_cert(ctx, next) != 1) {
      X509_free(next);
      return failure(fmt::format("cannot use the certificate chain: {}", take_error()));
    }
  ERR_clear_error();
  const key_ptr key(PEM_read_bio_PrivateKey(memory(key_pem).get(), nullptr, nullptr, nullptr));
  if (!key) return failure(fmt::format("cannot read the private key: {}", take_error()));
  if (SSL_CTX_use_PrivateKey(ctx, key.get()) != 1 || SSL_CTX_check_private_key(ctx) != 1)
    return failure(fmt::format("the private key does not fit the certificate: {}", take_error()));
  return {};
}

step trust(SSL_CTX* ctx, std::string_view ca_pem, bool announce) {
  const auto source = memory(ca_pem);
  auto* store = SSL_CTX_get_cert_store(ctx);
  int count = 0;
  while (const auto ca = x509_ptr(PEM_read_bio_X509(source.get(), nullptr, nullptr, nullptr))) {
    if (X509_STORE_add_cert(store, ca.get()) != 1 || (announce && SSL_CTX_add_client_CA(ctx, ca.get()) != 1))
      return failure(fmt::format("cannot use the CA certificate: {}", take_error()));
    ++count;
  }
  ERR_clear_error();
  if (count == 0) return failure("no CA certificate found in the PEM text");
  return {};
}

/// Verifies as usual but lets the handshake go on: the result stays readable by SSL_get_verify_result, and an HTTP 401
/// tells the client more than a broken handshake would.
int record_only(X509_STORE_CTX* store, void*) {
  if (X509_verify_cert(store) != 1 && X509_STORE_CTX_get_error(store) == X509_V_OK)
    X509_STORE_CTX_set_error(store, X509_V_ERR_UNSPECIFIED);
  ERR_clear_error();
  return 1;
}

std::string wire_format(const std::vector<std::string>& protocols) {
  std::string wire;
  for (const auto& name : protocols) {
    wire += static_cast<char>(name.size());
    wire += name;
  }
  return wire;
}

int choose_protocol(SSL*, const unsigned char** out, unsigned char* size, const unsigned char* in, unsigned int in_size,
                    void* wire) {
  const auto& ours = *static_cast<const std::string*>(wire);
  const auto chosen = SSL_select_next_proto(const_cast<unsigned char**>(out), size,
                                            reinterpret_cast<const unsigned char*>(ours.data()),
                                            static_cast<unsigned>(ours.size()), in, in_size);
  return chosen == OPENSSL_NPN_NEGOTIATED ? SSL_TLSEXT_ERR_OK : SSL_TLSEXT_ERR_ALERT_FATAL;
}

int protocols_index() {
  static const int index = SSL_CTX_get_ex_new_index(
      0, nullptr, nullptr, nullptr,
      [](void*, void* owned, CRYPTO_EX_DATA*, int, long, void*) { delete static_cast<std::string*>(owned); });
  return index;
}

std::shared_ptr<SSL_CTX> make(const SSL_METHOD* method) {
  std::shared_ptr<SSL_CTX> ctx(SSL_CTX_new(method), SSL_CTX_free);
  if (!ctx) return ctx;
  SSL_CTX_set_min_proto_version(ctx.get(), TLS1_2_VERSION);
  SSL_CTX_set_mode(ctx.get(), SSL_MODE_RELEASE_BUFFERS | SSL_MODE_ENABLE_PARTIAL_WRITE |
                                  SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER | SSL_MODE_NO_AUTO_CHAIN);
  SSL_CTX_set_options(ctx.get(), SSL_OP_NO_TICKET | SSL_OP_NO_RENEGOTIATION | SSL_OP_NO_COMPRESSION |
                                     SSL_OP_CIPHER_SERVER_PREFERENCE);
  SSL_CTX_set_session_cache_mode(ctx.get(), SSL_SESS_CACHE_OFF);
  SSL_CTX_set_num_tickets(ctx.get(), 0);
  // One system call takes the record header and its body together.
  SSL_CTX_set_read_ahead(ctx.get(), 1);
  // AES-128 costs less than AES-256 and is what Go's servers choose first as well.
  SSL_CTX_set_ciphersuites(ctx.get(), "TLS_AES_128_GCM_SHA256:TLS_AES_256_GCM_SHA384:TLS_CHACHA20_POLY1305_SHA256");
  SSL_CTX_set_cipher_list(ctx.get(), "ECDHE+AESGCM:ECDHE+CHACHA20");
  SSL_CTX_set1_groups_list(ctx.get(), "X25519:P-256:P-384");
  return ctx;
}

} // namespace

tl::expected<context, std::string> context::server(const server_options& options) {
  auto ctx = make(TLS_server_method());
  if (!ctx) return failure(take_error());
  // Clients often leave without close_notify; requests carry their own length, so nothing can be cut off unseen.
  SSL_CTX_set_options(ctx.get(), SSL_OP_IGNORE_UNEXPECTED_EOF);
  if (auto ok = use_identity(ctx.get(), options.certificate_pem, options.key_pem); !ok) return failure(ok.error());
  if (!options.alpn.empty()) {
    // Connections keep the native context alive beyond our handle, and the callback's argument must live as long.
    auto wire = std::make_unique<std::string>(wire_format(options.alpn));
    SSL_CTX_set_alpn_select_cb(ctx.get(), &choose_protocol, wire.get());
    SSL_CTX_set_ex_data(ctx.get(), protocols_index(), wire.release());
  }
  if (!options.client_ca_pem.empty()) {
    if (auto ok = trust(ctx.get(), options.client_ca_pem, true); !ok) return failure(ok.error());
    const auto strict = options.require_client_certificate ? SSL_VERIFY_FAIL_IF_NO_PEER_CERT : 0;
    SSL_CTX_set_verify(ctx.get(), SSL_VERIFY_PEER | strict, nullptr);
    if (!options.require_client_certificate) SSL_CTX_set_cert_verify_callback(ctx.get(), &record_only, nullptr);
  }
  return context(std::move(ctx), options.require_client_certificate);
}

tl::expected<context, std::string> context::client(const client_options& options) {
  auto ctx = make(TLS_client_method());
  if (!ctx) return failure(take_error());
  if (!options.certificate_pem.empty())
    if (auto ok = use_identity(ctx.get(), options.certificate_pem, options.key_pem); !ok) return failure(ok.error());
  if (options.verify) {
    if (options.ca_pem.empty()) SSL_CTX_set_default_verify_paths(ctx.get());
    else if (auto ok = trust(ctx.get(), options.ca_pem, false); !ok) return failure(ok.error());
    SSL_CTX_set_verify(ctx.get(), SSL_VERIFY_PEER, nullptr);
  }
  if (const auto wire = wire_format(options.alpn); !wire.empty())
    SSL_CTX_set_alpn_protos(ctx.get(), reinterpret_cast<const unsigned char*>(wire.data()),
                            static_cast<unsigned>(wire.size()));
  return context(std::move(ctx), options.verify);
}

} // namespace troupe::net::tls
