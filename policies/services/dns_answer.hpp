#pragma once
#include "policies/services/dns_index.hpp"

/// What names of a cluster mean: the Kubernetes DNS specification, version 1.1.0.
namespace troupe::policies::services {

enum class dns_type : std::uint16_t { a = 1, cname = 5, soa = 6, ptr = 12, txt = 16, srv = 33, any = 255 };

/// `target` is a name for CNAME, PTR and SRV, text for TXT; without a last dot.
struct dns_record {
  std::string name;
  dns_type type = dns_type::a;
  ipv4 address = 0;
  std::uint16_t port = 0, weight = 0;
  std::string target;
};

enum class dns_outcome {
  outside,  ///< no name of this cluster: ask others
  found,    ///< the answer may be empty: the name exists and has no such record
  no_name,
};

struct dns_answer {
  dns_outcome outcome = dns_outcome::outside;
  std::vector<dns_record> answers, additionals;
  std::string follow; ///< ExternalName: addresses of this name belong to the answer, too
};

/// `name` in any case, without a last dot; `type` is the number of the wire. Records have the name as it was asked.
[[nodiscard]] dns_answer answer_dns(const dns_index& index, std::string_view name, std::uint16_t type);

} // namespace troupe::policies::services
