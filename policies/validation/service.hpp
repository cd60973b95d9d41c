#pragma once
#include "policies/validation/report.hpp"

namespace troupe::policies::validation {

/// clusterIP(s), ipFamilies and ipFamilyPolicy of a service.
void check_service_addresses(report& out, const json::object& spec);
/// How they may change.
void check_address_changes(report& out, const json::object& spec, const json::object& old);
/// An address that other hosts can reach: not unspecified, loopback or link-local.
void check_ordinary_ip(report& out, const field_path& at, std::string_view ip);

} // namespace troupe::policies::validation
