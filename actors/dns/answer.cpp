#include "actors/dns/answer.hpp"

namespace troupe::actors::dns {

namespace {

namespace wire = net::dns;
using policies::services::dns_record;
using policies::services::dns_type;

wire::record to_record(const dns_record& r) {
  wire::record out{r.name, static_cast<wire::type>(r.type), 1, ttl, {}};
  switch (r.type) {
  case dns_type::a:
    out.data = wire::a_data(r.address);
    break;
  case dns_type::srv:
    out.data = wire::srv_data(0, r.weight, r.port, r.target);
    break;
  case dns_type::txt:
    out.data = wire::txt_data(r.target);
    break;
  default:
    out.data = wire::name_data(r.target);
    break;
  }
  return out;
}

} // namespace

wire::message to_message(const wire::message& asked, const policies::services::dns_answer& answer,
                         const std::string& domain) {
  bool none = answer.outcome == policies::services::dns_outcome::no_name;
  auto out = wire::reply_to(asked, none ? wire::rcode::name_error : wire::rcode::no_error);
  out.authoritative = true;
  for (auto& r : answer.answers)
    out.answers.push_back(to_record(r));
  for (auto& r : answer.additionals)
    out.additionals.push_back(to_record(r));
  if (out.answers.empty())
    out.authorities.push_back(
        {domain, wire::type::soa, 1, 5, wire::soa_data("ns.dns." + domain, "hostmaster." + domain, 1, 5)});
  return out;
}

} // namespace troupe::actors::dns
