#include "policies/schema/type_loader.hpp"
#include "policies/api/json.hpp"
#include "policies/schema/embedded_tables.hpp"
#include "policies/schema/field_hash.hpp"
#include <algorithm>
#include <cstdlib>
#include <cstring>
#include <new>
#include <string>
#include <vector>

namespace troupe::policies::schema {

namespace json = boost::json;

namespace {

struct scalar_name {
  std::string_view expression;
  value_kind kind;
  std::string_view go_type;
};

constexpr scalar_name scalars[] = {
    {"string", value_kind::string, "string"},
    {"boolean", value_kind::boolean, "bool"},
    {"int32", value_kind::int32, "int32"},
    {"int64", value_kind::int64, "int64"},
    {"number", value_kind::number, "float64"},
    {"bytes", value_kind::bytes, "[]uint8"},
    {"time", value_kind::time, "v1.Time"},
    {"microtime", value_kind::micro_time, "v1.MicroTime"},
    {"duration", value_kind::duration, "v1.Duration"},
    {"quantity", value_kind::quantity, "resource.Quantity"},
    {"intorstring", value_kind::int_or_string, "intstr.IntOrString"},
};

std::string full_name(std::string_view name) {
  if (name.starts_with("meta.")) return "io.k8s.apimachinery.pkg.apis." + std::string(name);
  return "io.k8s.api." + std::string(name);
}

std::string_view view_of(const json::value& v) { return v.get_string(); }

zero_form zero_of(const json::value& v) {
  if (v.is_null()) return zero_form::null;
  if (v.is_object()) return zero_form::object;
  if (v.is_bool()) return zero_form::truth;
  if (v.is_number()) return zero_form::integer;
  std::string_view text = view_of(v);
  return text.empty() ? zero_form::text : text == "0s" ? zero_form::duration : zero_form::quantity;
}

} // namespace

struct type_tables_loaded::loader {
  std::pmr::monotonic_buffer_resource& arena;
  std::unordered_map<std::string_view, type_info*> by_short_name{};
  std::unordered_map<std::string_view, const value_info*> elements{};
  std::unordered_map<std::string, std::string_view> interned{};
  const json::object* type_descriptions = nullptr;
  const json::object* field_descriptions = nullptr;

  std::string_view intern(std::string_view text) {
    if (text.empty()) return {};
    auto [at, fresh] = interned.try_emplace(std::string(text));
    if (fresh) {
      auto* copy = static_cast<char*>(arena.allocate(text.size(), 1));
      std::memcpy(copy, text.data(), text.size());
      at->second = {copy, text.size()};
    }
    return at->second;
  }

  template <class T> std::span<T> make(std::size_t count) {
    if (count == 0) return {};
    auto* first = static_cast<T*>(arena.allocate(count * sizeof(T), alignof(T)));
    for (std::size_t i = 0; i < count; ++i)
      new (first + i) T{};
    return {first, count};
  }

  std::span<const std::string_view> texts(const json::value* list) {
    if (!list) return {};
    auto& items = list->get_array();
    auto out = make<std::string_view>(items.size());
    for (std::size_t i = 0; i < items.size(); ++i)
      out[i] = intern(view_of(items[i]));
    return out;
  }

  const value_info* element(std::string_view expression, std::string_view go_type) {
    auto key = intern(std::string(expression) + " " + std::string(go_type));
    if (auto known = elements.find(key); known != elements.end()) return known->second;
    auto made = make<value_info>(1);
    made[0] = parse(expression, go_type);
    return elements[key] = made.data();
  }

  /// `go_type` is Go's name where it differs from the one that follows from the expression.
  value_info parse(std::string_view expression, std::string_view go_type) {
    value_info out;
    for (auto& scalar : scalars)
      if (scalar.expression == expression) {
        out.kind = scalar.kind;
        out.go_type = go_type.empty() ? scalar.go_type : intern(go_type);
        return out;
      }
    if (expression.starts_with("any ")) {
      out.raw = intern(expression.substr(4));
      return out;
    }
    if (expression.starts_with("[]") || expression.starts_with("map ")) {
      const bool list = expression[0] == '[';
      out.kind = list ? value_kind::array : value_kind::map;
      const bool inner_named = list && go_type.starts_with("[]");
      out.element = element(expression.substr(list ? 2 : 4), inner_named ? go_type.substr(2) : std::string_view());
      out.go_type = intern(!go_type.empty() ? std::string(go_type)
                                            : (list ? "[]" : "map[string]") + std::string(out.element->go_type));
      return out;
    }
    auto found = by_short_name.find(expression);
    if (found == by_short_name.end()) std::abort();
    out.kind = value_kind::object;
    out.type = found->second;
    out.go_type = found->second->go_type;
    return out;
  }

  void fill_patch(field_info& field, const json::object& from) {
    auto strategy = api::string_at(from, {"patch"});
    field.patch.merge = strategy.find("merge") != strategy.npos;
    field.patch.retain_keys = strategy.find("retainKeys") != strategy.npos;
    field.merge_key = intern(api::string_at(from, {"key"}));
    auto list = api::string_at(from, {"list"});
    field.list = list == "map"      ? list_kind::map
                 : list == "set"    ? list_kind::set
                 : list == "atomic" ? list_kind::atomic
                                    : list_kind::unmarked;
    field.list_map_keys = texts(from.if_contains("keys"));
  }

  std::string_view description(std::string_view type, std::string_view field) {
    auto own = std::string(type) + "." + std::string(field);
    auto* text = field_descriptions->if_contains(own);
    if (!text) text = field_descriptions->if_contains(field);
    return text ? intern(view_of(*text)) : std::string_view();
  }

  void fill_field(field_info& field, const type_info& owner, std::string_view name, const json::object& from) {
    field.name = intern(name);
    field.value = parse(api::string_at(from, {"type"}), api::string_at(from, {"go"}));
    field.number = static_cast<std::uint16_t>(api::int_at(from, {"pb"}));
    field.embedded = static_cast<std::int8_t>(api::int_at(from, {"in"}, -1));
    field.required = api::bool_at(from, {"required"});
    field.pointer = api::bool_at(from, {"ptr"});
    field.deprecated = api::bool_at(from, {"deprecated"});
    field.atomic_map = api::bool_at(from, {"atomic"});
    if (auto* zero = from.if_contains("zero")) field.zero = zero_of(*zero);
    fill_patch(field, from);
    field.values = texts(from.if_contains("enum"));
    if (auto* value = from.if_contains("default")) field.default_value = intern(json::serialize(*value));
    field.description = description(owner.short_name, name);
  }

  void fill_index(type_info& type) {
    if (type.fields.empty()) return;
    std::size_t size = 4;
    while (size < type.fields.size() * 2)
      size *= 2;
    auto index = make<std::uint8_t>(size);
    for (std::size_t i = 0; i < type.fields.size(); ++i) {
      auto at = field_hash(type.fields[i].name) & (size - 1);
      while (index[at] != 0)
        at = (at + 1) & (size - 1);
      index[at] = static_cast<std::uint8_t>(i + 1);
    }
    type.index = index;
  }

  void fill_wire_order(type_info& type) {
    std::vector<std::pair<unsigned, std::uint8_t>> numbers;
    for (std::size_t i = 0; i < type.fields.size(); ++i)
      if (type.fields[i].number != 0 && type.fields[i].embedded < 0)
        numbers.emplace_back(type.fields[i].number, static_cast<std::uint8_t>(i));
    for (std::size_t i = 0; i < type.embedded.size(); ++i)
      numbers.emplace_back(type.embedded[i].number, static_cast<std::uint8_t>(type.fields.size() + i));
    std::sort(numbers.begin(), numbers.end());
    auto order = make<std::uint8_t>(numbers.size());
    for (std::size_t i = 0; i < numbers.size(); ++i)
      order[i] = numbers[i].second;
    type.wire_order = order;
  }

  void name(type_info& type, std::string_view short_form) {
    auto dot = short_form.rfind('.');
    auto before = short_form.rfind('.', dot - 1);
    type.name = intern(full_name(short_form));
    type.short_name = intern(short_form.substr(dot + 1));
    type.go_type = intern(short_form.substr(before + 1));
    if (auto* text = type_descriptions->if_contains(type.short_name)) type.description = intern(view_of(*text));
    by_short_name.emplace(intern(short_form), &type);
  }

  void fill(type_info& type, const json::object& from) {
    type.atomic = api::bool_at(from, {"atomic"});
    auto kind = api::string_at(from, {"kind"});
    if (!kind.empty()) {
      auto a = kind.find('/'), b = kind.find('/', a + 1);
      type.group = intern(kind.substr(0, a));
      type.version = intern(kind.substr(a + 1, b - a - 1));
      type.kind = intern(kind.substr(b + 1));
    }
    if (auto* list = api::array_at(from, {"embedded"})) {
      auto out = make<embedded_message>(list->size());
      for (std::size_t i = 0; i < list->size(); ++i) {
        auto& pair = (*list)[i].get_array();
        out[i] = {static_cast<std::uint16_t>(pair[0].get_int64()), by_short_name.at(view_of(pair[1]))};
      }
      type.embedded = out;
    }
    auto& members = from.at("fields").get_object();
    auto fields = make<field_info>(members.size());
    type.fields = fields;
    std::size_t at = 0;
    for (auto& member : members)
      fill_field(fields[at++], type, member.key(), member.value().get_object());
    fill_index(type);
    fill_wire_order(type);
  }
};

void* type_tables_loaded::counting_resource::do_allocate(std::size_t bytes, std::size_t align) {
  total += bytes;
  return std::pmr::new_delete_resource()->allocate(bytes, align);
}

void type_tables_loaded::counting_resource::do_deallocate(void* at, std::size_t bytes, std::size_t align) {
  std::pmr::new_delete_resource()->deallocate(at, bytes, align);
}

type_tables_loaded::type_tables_loaded() : arena_(64 * 1024, &counter_) {
  json::monotonic_resource scratch(512 * 1024);
  auto descriptions = json::parse(description_table(), &scratch);
  loader load{.arena = arena_};
  load.type_descriptions = &descriptions.at("types").get_object();
  load.field_descriptions = &descriptions.at("fields").get_object();
  std::vector<json::value> documents;
  std::size_t count = 0;
  for (auto& table : type_tables()) {
    documents.push_back(json::parse(table.text, &scratch));
    count += documents.back().get_object().size();
  }
  types_ = load.make<type_info>(count);
  std::size_t at = 0;
  for (auto& document : documents)
    for (auto& member : document.get_object())
      load.name(types_[at++], member.key());
  at = 0;
  for (auto& document : documents)
    for (auto& member : document.get_object())
      load.fill(types_[at++], member.value().get_object());
  for (auto& type : types_) {
    names_.emplace(type.name, &type);
    if (type.kind.empty()) continue;
    auto key = std::string(type.group) + "/" + std::string(type.version) + "/" + std::string(type.kind);
    kinds_.emplace(load.intern(key), &type);
  }
}

const type_info* type_tables_loaded::by_name(std::string_view name) const noexcept {
  auto found = names_.find(name);
  return found == names_.end() ? nullptr : found->second;
}

const type_info* type_tables_loaded::by_kind(std::string_view gvk) const noexcept {
  auto found = kinds_.find(gvk);
  return found == kinds_.end() ? nullptr : found->second;
}

} // namespace troupe::policies::schema
