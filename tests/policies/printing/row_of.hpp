#pragma once
#include "policies/printing/table.hpp"
#include <boost/json.hpp>
#include <string>
#include <string_view>

namespace troupe::policies::printing {

/// All tables of these tests are made at this instant.
inline api::time_point noon() { return *api::parse_time("2026-11-22T12:00:00Z"); }

/// The cells of one object as JSON text.
inline std::string row_of(std::string_view group, std::string_view kind, std::string_view document) {
  auto body = json::parse(document).as_object();
  auto row = table_row({std::string(group), "v1", std::string(kind)}, body, {.now = noon()});
  return json::serialize(row.at("cells"));
}

/// A document with metadata (name "x", made an hour before noon) and the given members.
inline std::string made(std::string_view members) {
  return R"({"metadata":{"name":"x","creationTimestamp":"2026-11-22T11:00:00Z"},)" + std::string(members) + "}";
}

} // namespace troupe::policies::printing
