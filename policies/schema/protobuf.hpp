#pragma once
#include "policies/api/json.hpp"
#include "policies/api/resource.hpp"
#include "policies/schema/decode.hpp"
#include "policies/schema/type.hpp"
#include <string>
#include <string_view>
#include <tl/expected.hpp>

namespace troupe::policies::schema {

inline constexpr std::string_view protobuf_media_type = "application/vnd.kubernetes.protobuf";

/// The envelope `runtime.Unknown` behind the four bytes `k8s\0`.
struct protobuf_envelope {
  std::string_view api_version;
  std::string_view kind;
  std::string_view raw; ///< the message; a view into the input
};

/// Reads the envelope; the error is Go's text.
[[nodiscard]] tl::expected<protobuf_envelope, std::string> open_envelope(std::string_view bytes);

/// Decodes one message of a type into JSON in the form of `decoded`. Unknown fields are skipped, as in proto2.
/// Every read is checked against the input's end and the limits; the error is a text like `unexpected EOF`.
[[nodiscard]] tl::expected<json::object, std::string> decode_message(std::string_view message, const type_info& type,
                                                                     const decode_limits& limits = {});

/// Encodes a document of a type as a message. Members that the type does not have, or of another shape, are left out.
[[nodiscard]] std::string encode_message(const json::object& body, const type_info& type);

/// A whole body with envelope; `apiVersion` and `kind` come from the document.
[[nodiscard]] std::string encode_protobuf(const json::object& body, const type_info& type);

} // namespace troupe::policies::schema
