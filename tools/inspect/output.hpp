#pragma once
#include "policies/api/json.hpp"
#include <string>
#include <vector>

namespace troupe::tools::inspect {

/// One document: JSON over several lines would be hard to cut, so it is one line; YAML is for people.
void print_document(const api::json::value& v, const std::string& format);
/// Many: a list in JSON and YAML, a line each in JSON lines.
void print_documents(const std::vector<api::json::object>& all, const std::string& format);

} // namespace troupe::tools::inspect
