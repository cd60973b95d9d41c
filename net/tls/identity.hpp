#pragma once
#include <string>
#include <vector>

namespace troupe::net::tls {

/// What a peer's certificate says, and whether it may be believed.
struct identity {
  bool presented = false;   ///< a certificate was sent
  bool verified = false;    ///< it chains to our CA, is in its validity period and allowed for this use
  std::string error;        ///< why not verified, OpenSSL's text; empty otherwise
  std::string common_name;                 ///< subject CN: the user name
  std::vector<std::string> organizations;  ///< subject O, in order: the groups
  std::vector<std::string> dns_names;      ///< subject alternative names of that kind
};

} // namespace troupe::net::tls
