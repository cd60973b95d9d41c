#include "policies/schema/conformer.hpp"
#include "policies/schema/decode.hpp"
#include "policies/schema/json_reader.hpp"
#include "policies/schema/yaml_reader.hpp"
#include <fmt/format.h>

namespace troupe::policies::schema {

tl::expected<conformed, std::string> conform(const json::value& document, const type_info& type,
                                             const decode_limits& limits) {
  document_tree tree;
  read_value(document, tree);
  if (tree.count() > limits.values_max) return tl::unexpected(std::string("the document has too many values"));
  conformer work(conformer::mode::checked);
  conformed out;
  out.body = work.run(*tree.root, type);
  if (!work.error().empty()) return tl::unexpected(work.error());
  out.strict_errors = work.strict_errors();
  return out;
}

json::object to_wire(const json::object& body, const type_info& type) {
  document_tree tree;
  read_object(body, tree);
  return conformer(conformer::mode::lenient).run(*tree.root, type);
}

api::result<json::value> parse_document(body_format format, std::string_view bytes, const decode_limits& limits) {
  if (bytes.size() > limits.bytes_max)
    return api::failure(api::request_entity_too_large(fmt::format("limit is {}", limits.bytes_max)));
  document_tree tree;
  tl::expected<void, std::string> read;
  if (format == body_format::yaml) {
    std::vector<std::string> duplicates;
    read = read_yaml(bytes, limits, tree, duplicates);
  } else {
    read = read_json(bytes, limits, tree);
  }
  if (!read) return api::failure(api::bad_request(std::move(read.error())));
  return to_json(*tree.root);
}

std::string strict_error_text(const std::vector<std::string>& strict_errors) {
  std::string out = "strict decoding error: ";
  for (auto& error : strict_errors) {
    if (&error != strict_errors.data()) out += ", ";
    out += error;
  }
  return out;
}

} // namespace troupe::policies::schema
