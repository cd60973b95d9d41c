#include "policies/patch/json_patch.hpp"
#include "policies/patch/go_text.hpp"
#include "policies/patch/json_pointer.hpp"
#include <algorithm>
#include <fmt/format.h>

namespace troupe::policies::patch {

namespace {

/// kube-apiserver does not tell the client which operation failed or why.
api::status does_not_apply() {
  api::status s;
  s.code = 422;
  s.reason = "Invalid";
  s.message = "the server rejected our request due to an error in our request";
  return s;
}

std::size_t depth(const json::value& v) {
  std::size_t deepest = 0;
  if (auto* object = v.if_object())
    for (auto& member : *object) deepest = std::max(deepest, depth(member.value()));
  else if (auto* array = v.if_array())
    for (auto& item : *array) deepest = std::max(deepest, depth(item));
  else return 0;
  return deepest + 1;
}

std::size_t bytes(const json::value& v) {
  std::size_t sum = 8;
  if (auto* object = v.if_object())
    for (auto& member : *object) sum += member.key().size() + bytes(member.value());
  else if (auto* array = v.if_array())
    for (auto& item : *array) sum += bytes(item);
  else if (auto* text = v.if_string()) sum += text->size();
  return sum;
}

using tokens = std::vector<std::string>;

class application {
public:
  application(const json::value& document, const json_patch_limits& limits)
    : root_(document, json::storage_ptr()), limits_(limits), depth_bound_(depth(root_)) {}

  bool step(const json::object& operation) {
    auto path = pointer(operation, "path");
    auto* value = operation.if_contains("value");
    auto verb = api::string_at(operation, {"op"});
    if (!path) return false;
    if (verb == "add") return add(*path, value ? *value : json::value());
    if (verb == "remove") return remove(*path);
    if (verb == "replace") return replace(*path, value ? *value : json::value());
    if (verb == "test") return test(*path, value ? *value : json::value());
    auto from = pointer(operation, "from");
    if (!from) return false;
    if (verb == "copy") return copy(*from, *path);
    if (verb == "move") return move(*from, *path);
    return false;
  }
  json::value& document() { return root_; }

private:
  static std::optional<tokens> pointer(const json::object& operation, std::string_view member) {
    auto* value = operation.if_contains(member);
    auto* text = value ? value->if_string() : nullptr;
    return text ? parse_pointer(*text) : std::nullopt;
  }

  /// Keeps an upper bound of the document's depth and looks closer only when the bound crosses the limit, so that many
  /// operations on a large document stay cheap. A document that is honestly near the limit gets a few closer looks.
  bool deepened(std::size_t by) {
    depth_bound_ = std::max(depth_bound_, by);
    if (depth_bound_ <= limits_.depth_max) return true;
    if (++closer_looks_ > 100) return false;
    depth_bound_ = depth(root_);
    return depth_bound_ <= limits_.depth_max;
  }

  bool put(const tokens& path, json::value value) {
    if (path.empty()) {
      root_ = std::move(value);
      return true;
    }
    auto* parent = resolve(root_, path, path.size() - 1);
    if (!parent) return false;
    if (auto* object = parent->if_object()) {
      object->insert_or_assign(path.back(), std::move(value));
      return true;
    }
    auto* array = parent->if_array();
    if (!array) return false;
    auto at = path.back() == "-" ? array->size() : array_position(path.back(), array->size() + 1);
    if (!at) return false;
    array->insert(array->begin() + static_cast<std::ptrdiff_t>(*at), std::move(value));
    return true;
  }

  bool add(const tokens& path, const json::value& value) {
    return put(path, json::value(value, root_.storage())) && deepened(path.size() + depth(value));
  }

  bool remove(const tokens& path) {
    auto* parent = path.empty() ? nullptr : resolve(root_, path, path.size() - 1);
    if (!parent) return false;
    if (auto* object = parent->if_object()) return object->erase(path.back()) != 0;
    auto* array = parent->if_array();
    auto at = array ? array_position(path.back(), array->size()) : std::nullopt;
    if (at) array->erase(array->begin() + static_cast<std::ptrdiff_t>(*at));
    return at.has_value();
  }

  bool replace(const tokens& path, const json::value& value) {
    auto* target = resolve(root_, path, path.size());
    if (target) *target = json::value(value, root_.storage());
    return target && deepened(path.size() + depth(value));
  }

  /// A missing member equals null, as in the library that Kubernetes uses.
  bool test(const tokens& path, const json::value& value) {
    auto* target = resolve(root_, path, path.size());
    if (target) return *target == value;
    return value.is_null() && !path.empty() && resolve(root_, path, path.size() - 1);
  }

  bool copy(const tokens& from, const tokens& to) {
    auto* source = resolve(root_, from, from.size());
    if (!source) return false;
    copied_bytes_ += bytes(*source);
    if (copied_bytes_ > limits_.copied_bytes_max) return false;
    auto deep = to.size() + depth(*source);
    return put(to, json::value(*source, root_.storage())) && deepened(deep);
  }

  bool move(const tokens& from, const tokens& to) {
    if (from == to) return resolve(root_, from, from.size()) != nullptr;
    bool into_itself = from.size() < to.size() && std::equal(from.begin(), from.end(), to.begin());
    auto* source = into_itself ? nullptr : resolve(root_, from, from.size());
    if (!source) return false;
    auto value = std::move(*source);
    return remove(from) && put(to, std::move(value)) && deepened(to.size() + depth_bound_);
  }

  json::value root_;
  const json_patch_limits& limits_;
  std::size_t depth_bound_;
  std::size_t copied_bytes_ = 0;
  int closer_looks_ = 0;
};

} // namespace

api::result<json::value> apply_json_patch(const json::value& document, const json::value& operations,
                                          const json_patch_limits& limits) {
  auto* list = operations.if_array();
  if (!list)
    return api::failure(api::bad_request(
      fmt::format("json: cannot unmarshal {} into Go value of type jsonpatch.Patch", go_kind(operations))));
  for (auto& operation : *list)
    if (!operation.is_object())
      return api::failure(api::bad_request(
        fmt::format("json: cannot unmarshal {} into Go value of type jsonpatch.Operation", go_kind(operation))));
  if (list->size() > limits.operations_max)
    return api::failure(api::request_entity_too_large(
      fmt::format("The allowed maximum operations in a JSON patch is {}, got {}", limits.operations_max,
                  list->size())));
  application work(document, limits);
  for (auto& operation : *list)
    if (!work.step(operation.get_object())) return api::failure(does_not_apply());
  return std::move(work.document());
}

} // namespace troupe::policies::patch
