#include "storage/backup/digest.hpp"
#include <openssl/evp.h>

namespace troupe::storage::backup {

struct digest::context {
  EVP_MD_CTX* raw = EVP_MD_CTX_new();
  context() { EVP_DigestInit_ex(raw, EVP_sha256(), nullptr); }
  ~context() { EVP_MD_CTX_free(raw); }
  context(const context&) = delete;
  context& operator=(const context&) = delete;
};

digest::digest() : context_(std::make_unique<context>()) {}
digest::~digest() = default;

void digest::add(std::string_view piece) { EVP_DigestUpdate(context_->raw, piece.data(), piece.size()); }

std::string digest::finish() {
  std::string out(bytes, '\0');
  unsigned int length = 0;
  EVP_DigestFinal_ex(context_->raw, reinterpret_cast<unsigned char*>(out.data()), &length);
  return out;
}

std::string hex(std::string_view bytes) {
  constexpr std::string_view digits = "0123456789abcdef";
  std::string out;
  for (unsigned char c : bytes) {
    out.push_back(digits[c >> 4]);
    out.push_back(digits[c & 15]);
  }
  return out;
}

} // namespace troupe::storage::backup
