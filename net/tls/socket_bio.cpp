#include "net/tls/socket_bio.hpp"
#include <cerrno>
#include <cstdint>
#include <openssl/bio.h>
#include <sys/socket.h>

namespace troupe::net::tls {

namespace {

int descriptor(BIO* bio) { return static_cast<int>(reinterpret_cast<std::intptr_t>(BIO_get_data(bio))); }

int read(BIO* bio, char* into, int size) {
  BIO_clear_retry_flags(bio);
  const auto n = ::recv(descriptor(bio), into, static_cast<std::size_t>(size), 0);
  if (n < 0 && (errno == EAGAIN || errno == EINTR)) BIO_set_retry_read(bio);
  if (n == 0) BIO_set_flags(bio, BIO_FLAGS_IN_EOF);
  return static_cast<int>(n);
}

int write(BIO* bio, const char* from, int size) {
  BIO_clear_retry_flags(bio);
  const auto n = ::send(descriptor(bio), from, static_cast<std::size_t>(size), MSG_NOSIGNAL);
  if (n < 0 && (errno == EAGAIN || errno == EINTR)) BIO_set_retry_write(bio);
  return static_cast<int>(n);
}

long control(BIO* bio, int command, long, void*) {
  if (command == BIO_CTRL_EOF) return BIO_test_flags(bio, BIO_FLAGS_IN_EOF) != 0;
  return command == BIO_CTRL_FLUSH || command == BIO_CTRL_DUP;
}

} // namespace

bio_method_st* socket_bio() {
  static BIO_METHOD* const method = [] {
    auto* made = BIO_meth_new(BIO_get_new_index() | BIO_TYPE_SOURCE_SINK, "socket");
    BIO_meth_set_read(made, &read);
    BIO_meth_set_write(made, &write);
    BIO_meth_set_ctrl(made, &control);
    return made;
  }();
  return method;
}

} // namespace troupe::net::tls
