#pragma once
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

namespace troupe::policies::schema {

struct type_info;

/// How a value looks in JSON and what decoding makes of it.
enum class value_kind : std::uint8_t {
  boolean,
  string,
  int32,
  int64,
  number,     ///< a double
  bytes,      ///< base64 text
  time,       ///< meta/v1 Time: RFC 3339 with seconds, UTC
  micro_time, ///< meta/v1 MicroTime: RFC 3339 with six fractional digits, UTC
  duration,   ///< meta/v1 Duration: Go's text form, "1m30s"
  quantity,   ///< resource.Quantity in canonical form
  int_or_string,
  object, ///< a type with fields: `value_info::type`
  array,  ///< of `value_info::element`
  map,    ///< from text to `value_info::element`
  any,    ///< kept as it is: RawExtension, JSON, FieldsV1
};

/// The shape of a field, of the items of a list, or of the values of a map.
struct value_info {
  value_kind kind = value_kind::any;
  const type_info* type = nullptr;     ///< set for `object`
  const value_info* element = nullptr; ///< set for `array` and `map`
  std::string_view go_type;            ///< Go's name as in decoding errors: "int32", "v1.PodSpec", "[]v1.Container"
  std::string_view raw;                ///< for `any`: name of the free-form type, "RawExtension", "FieldsV1", …
};

/// What Go's encoder writes for a field that is not set.
enum class zero_form : std::uint8_t { omitted, null, object, text, integer, truth, quantity, duration };

/// Treatment of a list or map in a strategic merge patch (`patchStrategy`); `replace` where the type says nothing.
struct patch_strategy {
  bool merge = false;
  bool retain_keys = false;
};

/// Treatment of a list in server-side apply (`listType`); a list without a mark is atomic.
enum class list_kind : std::uint8_t { unmarked, atomic, set, map };

struct field_info {
  std::string_view name;
  value_info value;
  std::uint16_t number = 0;  ///< protobuf field number; 0 where the type has no protobuf form
  std::int8_t embedded = -1; ///< index in `type_info::embedded` of the message that holds the field; -1: the type's own
  bool required = false;
  bool pointer = false; ///< absent differs from zero
  bool deprecated = false;
  bool atomic_map = false; ///< `mapType: atomic`
  zero_form zero = zero_form::omitted;
  patch_strategy patch;
  list_kind list = list_kind::unmarked;
  std::string_view merge_key;                      ///< `patchMergeKey`; empty where there is none
  std::span<const std::string_view> list_map_keys; ///< keys of a `list_kind::map`
  std::span<const std::string_view> values;        ///< all allowed values; empty where the field is open
  std::string_view default_value;                  ///< static default as JSON text; empty where there is none
  std::string_view description;                    ///< one sentence; may be empty
};

/// A struct of the API whose JSON members lie flat in the outer type but form a message of their own in protobuf.
struct embedded_message {
  std::uint16_t number = 0;
  const type_info* type = nullptr;
};

/// One type of the API: the single source for decoding, pruning, emission, patching, protobuf and OpenAPI.
/// Immutable; lives as long as the program.
struct type_info {
  std::string_view name;              ///< "io.k8s.api.apps.v1.Deployment"
  std::string_view go_type;           ///< "v1.Deployment"
  std::string_view short_name;        ///< "Deployment"
  std::span<const field_info> fields; ///< in Go's order, which is the order on the wire
  std::span<const embedded_message> embedded;
  /// Group, version and kind where the type is a kind of its own; else empty.
  std::string_view group, version, kind;
  bool atomic = false;          ///< `mapType: atomic` of the whole type
  std::string_view description; ///< one sentence; may be empty

  /// The field, or null pointer. Names are case-sensitive as in sigs.k8s.io/json.
  [[nodiscard]] const field_info* find(std::string_view field_name) const noexcept;

  /// Fields of the type's own message and embedded messages by protobuf number; embedded ones as fields.size() + index.
  std::span<const std::uint8_t> wire_order;
  std::span<const std::uint8_t> index; ///< open-addressed table of field numbers + 1 behind `find`
};

} // namespace troupe::policies::schema
