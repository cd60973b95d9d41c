#include "policies/controllers/template_hash.hpp"
#include <algorithm>
#include <fmt/format.h>
#include <vector>

namespace troupe::policies::controllers {

namespace {

namespace json = boost::json;

class fnv1a {
public:
  void add(std::string_view bytes) noexcept {
    for (unsigned char c : bytes) value_ = (value_ ^ c) * 1099511628211u;
  }
  [[nodiscard]] std::uint64_t value() const noexcept { return value_; }

private:
  std::uint64_t value_ = 14695981039346656037u;
};

bool empty(const json::value& v) {
  if (v.is_null()) return true;
  if (auto* list = v.if_array()) return list->empty();
  auto* object = v.if_object();
  return object && std::ranges::all_of(*object, [](auto& m) { return empty(m.value()); });
}

void add(fnv1a& hash, const json::value& v) {
  if (auto* object = v.if_object()) {
    std::vector<const json::key_value_pair*> members;
    for (auto& m : *object)
      if (!empty(m.value())) members.push_back(&m);
    std::ranges::sort(members, {}, [](auto* m) { return std::string_view(m->key()); });
    hash.add("{");
    for (auto* m : members) {
      hash.add(json::serialize(json::value(m->key())));
      hash.add(":");
      add(hash, m->value());
      hash.add(",");
    }
    hash.add("}");
  } else if (auto* list = v.if_array()) {
    hash.add("[");
    for (auto& item : *list) {
      add(hash, item);
      hash.add(",");
    }
    hash.add("]");
  } else {
    hash.add(json::serialize(v));
  }
}

json::object without_hash(const json::object& pod_template) {
  json::object out(pod_template, json::storage_ptr());
  api::erase_at(out, {"metadata", "labels", template_hash_label});
  return out;
}

} // namespace

std::string template_hash(const json::object& pod_template, std::optional<std::int64_t> collisions) {
  fnv1a hash;
  add(hash, json::value(without_hash(pod_template)));
  if (collisions) hash.add(fmt::format("#{}", *collisions));
  // The alphabet of Kubernetes' names: no vowels, so that no words come about, and nothing that looks alike.
  constexpr std::string_view alphabet = "bcdfghjklmnpqrstvwxz2456789";
  std::string out;
  auto rest = hash.value();
  for (int i = 0; i < 10; ++i, rest /= alphabet.size()) out += alphabet[rest % alphabet.size()];
  return out;
}

bool same_template(const json::object& a, const json::object& b) {
  return api::semantically_equal(without_hash(a), without_hash(b));
}

} // namespace troupe::policies::controllers
