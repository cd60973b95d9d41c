#pragma once

struct bio_method_st;

namespace troupe::net::tls {

/// An OpenSSL source and sink on a non-blocking socket. OpenSSL's own would raise SIGPIPE when the peer has gone.
[[nodiscard]] bio_method_st* socket_bio();

} // namespace troupe::net::tls
