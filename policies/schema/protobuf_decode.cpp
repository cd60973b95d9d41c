#include "policies/schema/document_tree.hpp"
#include "policies/schema/json_reader.hpp"
#include "policies/schema/protobuf.hpp"
#include "policies/schema/protobuf_wire.hpp"
#include "policies/schema/scalar.hpp"
#include "policies/schema/zero.hpp"
#include <bit>
#include <fmt/format.h>
#include <vector>

namespace troupe::policies::schema {

namespace {

constexpr std::string_view magic("k8s\0", 4);

/// Go's name of a field in its generated code, as errors show it.
std::string go_field_name(std::string_view name) {
  std::string out(name);
  if (!out.empty() && out[0] >= 'a' && out[0] <= 'z') out[0] = static_cast<char>(out[0] - 32);
  return out;
}

/// Decodes one message. After the first error every method returns quickly with a value that nobody uses.
class message_decoder {
public:
  explicit message_decoder(const decode_limits& limits) : limits_(limits) {}

  json::object message(std::string_view bytes, const type_info& type, int depth) {
    json::object out;
    if (depth > limits_.depth_max) return fail("exceeded max depth"), out;
    const std::size_t base = slots_.size();
    slots_.resize(base + type.fields.size());
    read_into(bytes, type, type, base, depth);
    for (std::size_t i = 0; i < type.fields.size() && error.empty(); ++i) {
      auto& field = type.fields[i];
      auto& held = slots_[base + i];
      if (held.set && field.value.kind == value_kind::map) sort_members(held.value.get_object());
      if (held.set ? is_written(field, held.value) : field.zero != zero_form::omitted)
        out.emplace(field.name, held.set ? std::move(held.value) : zero_value(field));
    }
    slots_.resize(base);
    return out;
  }

  std::string error;

private:
  struct slot {
    bool set = false;
    json::value value;
  };

  void fail(std::string text) {
    if (error.empty()) error = text.empty() ? "malformed message" : std::move(text);
  }

  /// Fields of `part`, a message of its own or one embedded in `whole`, go to the slots of `whole`.
  void read_into(std::string_view bytes, const type_info& part, const type_info& whole, std::size_t base, int depth) {
    wire_reader in(bytes);
    while (!in.done() && error.empty()) {
      if (++values_ > limits_.values_max) return fail("the message has too many values");
      auto tag = in.next();
      if (in.failed()) break;
      if (auto* inner = find_embedded(part, tag.number)) {
        if (tag.type != wire_type::bytes) return wrong_type(tag, inner->short_name);
        read_into(in.bytes(), *inner, whole, base, depth);
      } else if (auto* field = find_number(part, tag.number)) {
        auto* outer = &part == &whole ? field : whole.find(field->name);
        if (outer)
          read_field(in, tag, *field, base + static_cast<std::size_t>(outer - whole.fields.data()), depth);
        else
          in.skip(tag);
      } else {
        in.skip(tag);
      }
    }
    if (in.failed()) fail(in.error());
  }

  static const type_info* find_embedded(const type_info& type, std::uint32_t number) {
    for (auto& message : type.embedded)
      if (message.number == number) return message.type;
    return nullptr;
  }

  static const field_info* find_number(const type_info& type, std::uint32_t number) {
    for (auto& field : type.fields)
      if (field.number == number && field.embedded < 0) return &field;
    return nullptr;
  }

  void wrong_type(wire_reader::tag tag, std::string_view name) {
    fail(fmt::format("proto: wrong wireType = {} for field {}", static_cast<int>(tag.type), go_field_name(name)));
  }

  void read_field(wire_reader& in, wire_reader::tag tag, const field_info& field, std::size_t at, int depth) {
    auto& to = field.value;
    if (to.kind == value_kind::array) {
      read_item(in, tag, field, at, depth);
    } else if (to.kind == value_kind::map) {
      if (tag.type != wire_type::bytes) return wrong_type(tag, field.name);
      read_entry(in.bytes(), field, at, depth);
    } else {
      json::value value;
      const bool set = read_value(in, tag, to, field.name, value, depth);
      slots_[at].set = set;
      slots_[at].value = std::move(value);
    }
  }

  static bool is_number(value_kind kind) {
    return kind == value_kind::boolean || kind == value_kind::int32 || kind == value_kind::int64;
  }

  void read_item(wire_reader& in, wire_reader::tag tag, const field_info& field, std::size_t at, int depth) {
    auto& element = *field.value.element;
    if (!slots_[at].set) slots_[at].value.emplace_array();
    slots_[at].set = true;
    if (is_number(element.kind) && tag.type == wire_type::bytes) {
      wire_reader packed(in.bytes());
      while (!packed.done() && error.empty()) {
        if (++values_ > limits_.values_max) return fail("the message has too many values");
        slots_[at].value.get_array().push_back(number(packed.varint(), element.kind));
      }
      if (packed.failed()) fail(packed.error());
      return;
    }
    json::value value;
    if (!read_value(in, tag, element, field.name, value, depth)) value = zero_element(element);
    slots_[at].value.get_array().push_back(std::move(value));
  }

  /// A map is a list of messages {1: key, 2: value}.
  void read_entry(std::string_view bytes, const field_info& field, std::size_t at, int depth) {
    auto& element = *field.value.element;
    wire_reader in(bytes);
    std::string_view key = ""; // A missing key is the empty one; Boost.JSON wants a pointer even then.
    json::value value;
    bool set = false;
    while (!in.done() && error.empty()) {
      if (++values_ > limits_.values_max) return fail("the message has too many values");
      auto tag = in.next();
      if (in.failed()) break;
      if (tag.number == 1 && tag.type == wire_type::bytes)
        key = text(in.bytes());
      else if (tag.number == 2 && element.kind == value_kind::array)
        set = read_wrapped_list(in, tag, element, value, depth);
      else if (tag.number == 2)
        set = read_value(in, tag, element, field.name, value, depth);
      else
        in.skip(tag);
    }
    if (in.failed()) return fail(in.error());
    if (!set) value = zero_element(element);
    auto& held = slots_[at];
    if (!held.set) held.value.emplace_object();
    held.set = true;
    held.value.get_object().insert_or_assign(key, std::move(value));
  }

  /// A map of lists (`ExtraValue`) wraps each list in a message {1: items}.
  bool read_wrapped_list(wire_reader& in, wire_reader::tag tag, const value_info& list, json::value& out, int depth) {
    if (tag.type != wire_type::bytes) return in.skip(tag), false;
    wire_reader items(in.bytes());
    auto& array = out.emplace_array();
    while (!items.done() && error.empty()) {
      if (++values_ > limits_.values_max) return fail("the message has too many values"), false;
      auto item = items.next();
      if (items.failed()) break;
      json::value value;
      if (item.number != 1)
        items.skip(item);
      else if (read_value(items, item, *list.element, "items", value, depth))
        array.push_back(std::move(value));
    }
    if (items.failed()) fail(items.error());
    return true;
  }

  static json::value number(std::uint64_t raw, value_kind kind) {
    if (kind == value_kind::boolean) return raw != 0;
    if (kind == value_kind::int32) return static_cast<std::int64_t>(static_cast<std::int32_t>(raw));
    return static_cast<std::int64_t>(raw);
  }

  std::string_view text(std::string_view bytes) {
    if (find_invalid_utf8(bytes) == bytes.npos) return bytes;
    fail("proto: string field contains invalid UTF-8");
    return "";
  }

  /// One value; false where it stands for "unset" (an empty time).
  bool read_value(wire_reader& in, wire_reader::tag tag, const value_info& to, std::string_view name, json::value& out,
                  int depth) {
    const auto wanted = is_number(to.kind)              ? wire_type::varint
                        : to.kind == value_kind::number ? wire_type::fixed64
                                                        : wire_type::bytes;
    if (tag.type != wanted) return wrong_type(tag, name), false;
    if (wanted == wire_type::varint) return out = number(in.varint(), to.kind), true;
    if (wanted == wire_type::fixed64) return out = std::bit_cast<double>(in.fixed64()), true;
    auto bytes = in.bytes();
    if (in.failed()) return false;
    switch (to.kind) {
    case value_kind::string:
      out.emplace_string() = text(bytes);
      return true;
    case value_kind::bytes:
      out.emplace_string() = encode_base64(bytes);
      return true;
    case value_kind::object:
      out = message(bytes, *to.type, depth + 1);
      return true;
    case value_kind::any:
      return read_raw(bytes, out);
    default:
      return read_scalar_message(bytes, to, out);
    }
  }

  /// Time, Duration, Quantity and IntOrString: messages of up to three scalar fields.
  bool read_scalar_message(std::string_view bytes, const value_info& to, json::value& out) {
    wire_reader in(bytes);
    std::uint64_t numbers[3] = {};
    std::string_view texts[4] = {"", "", "", ""};
    const bool present = !in.done();
    while (!in.done()) {
      auto tag = in.next();
      if (in.failed()) break;
      if (tag.type == wire_type::varint && tag.number <= 2)
        numbers[tag.number] = in.varint();
      else if (tag.type == wire_type::bytes && tag.number <= 3)
        texts[tag.number] = text(in.bytes());
      else
        in.skip(tag);
    }
    if (in.failed()) return fail(in.error()), false;
    switch (to.kind) {
    case value_kind::int_or_string:
      if (numbers[1] == 1)
        out.emplace_string() = texts[3];
      else
        out = number(numbers[2], value_kind::int32);
      return true;
    case value_kind::quantity: {
      auto normal = normal_quantity(texts[1].empty() ? "0" : texts[1]);
      if (!normal) return fail("unable to parse quantity"), false;
      out.emplace_string() = *normal;
      return true;
    }
    case value_kind::duration:
      out.emplace_string() = format_go_duration(static_cast<std::int64_t>(numbers[1]));
      return true;
    default: {
      if (!present) return false;
      const bool micro = to.kind == value_kind::micro_time;
      out.emplace_string() =
          time_from_unix(static_cast<std::int64_t>(numbers[1]), static_cast<std::int32_t>(numbers[2]), micro);
      return true;
    }
    }
  }

  /// RawExtension and FieldsV1: {1: JSON text}.
  bool read_raw(std::string_view bytes, json::value& out) {
    wire_reader in(bytes);
    std::string_view raw;
    while (!in.done()) {
      auto tag = in.next();
      if (in.failed()) break;
      if (tag.number == 1 && tag.type == wire_type::bytes)
        raw = in.bytes();
      else
        in.skip(tag);
    }
    if (in.failed()) return fail(in.error()), false;
    if (raw.empty()) return false;
    document_tree tree;
    auto read = read_json(raw, limits_, tree);
    values_ += tree.count();
    if (!read) return fail(read.error()), false;
    out = to_json(*tree.root);
    return true;
  }

  const decode_limits& limits_;
  std::vector<slot> slots_;
  std::size_t values_ = 0;
};

} // namespace

tl::expected<protobuf_envelope, std::string> open_envelope(std::string_view bytes) {
  if (!bytes.starts_with(magic))
    return tl::unexpected(std::string("provided data does not appear to be a protobuf message, expected prefix "
                                      "[107 56 115 0]"));
  protobuf_envelope out;
  wire_reader in(bytes.substr(magic.size()));
  while (!in.done()) {
    auto tag = in.next();
    if (in.failed()) break;
    if (tag.type != wire_type::bytes || (tag.number != 1 && tag.number != 2)) {
      in.skip(tag);
      continue;
    }
    auto value = in.bytes();
    if (tag.number == 2) {
      out.raw = value;
      continue;
    }
    wire_reader meta(value);
    while (!meta.done()) {
      auto part = meta.next();
      if (part.type == wire_type::bytes && part.number == 1)
        out.api_version = meta.bytes();
      else if (part.type == wire_type::bytes && part.number == 2)
        out.kind = meta.bytes();
      else
        meta.skip(part);
    }
    if (meta.failed()) return tl::unexpected(std::string(meta.error()));
  }
  if (in.failed()) return tl::unexpected(std::string(in.error()));
  for (auto text : {out.api_version, out.kind})
    if (find_invalid_utf8(text) != text.npos)
      return tl::unexpected(std::string("proto: string field contains invalid UTF-8"));
  return out;
}

tl::expected<json::object, std::string> decode_message(std::string_view message, const type_info& type,
                                                       const decode_limits& limits) {
  message_decoder decoder(limits);
  auto out = decoder.message(message, type, 0);
  if (!decoder.error.empty()) return tl::unexpected(std::move(decoder.error));
  return out;
}

} // namespace troupe::policies::schema
