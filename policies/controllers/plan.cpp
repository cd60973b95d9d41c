#include "policies/controllers/plan.hpp"
#include <algorithm>
#include <iterator>

namespace troupe::policies::controllers {

void plan::then(batch b) {
  if (!b.empty()) batches.push_back(std::move(b));
}

void plan::look_again_after(api::duration delay) {
  if (!requeue_after || delay < *requeue_after) requeue_after = delay;
}

step create(api::group_resource type, json::object body) {
  step s;
  s.what = action::create;
  s.type = std::move(type);
  s.key = {std::string(api::string_at(body, {"metadata", "namespace"})),
           std::string(api::string_at(body, {"metadata", "name"}))};
  s.body = std::move(body);
  return s;
}

step update(api::group_resource type, json::object body, std::string subresource) {
  auto s = create(std::move(type), std::move(body));
  s.what = action::update;
  s.subresource = std::move(subresource);
  return s;
}

step remove(api::group_resource type, const api::object& object) {
  step s;
  s.what = action::remove;
  s.type = std::move(type);
  s.key = object.key();
  s.uid = object.uid();
  return s;
}

json::object editable(const api::object& object) { return json::object(object.body(), json::storage_ptr()); }

std::vector<batch> slow_start(std::vector<step> steps) {
  std::vector<batch> out;
  std::size_t at = 0;
  for (std::size_t size = 1; at < steps.size(); size *= 2) {
    auto end = std::min(at + size, steps.size());
    out.emplace_back(std::make_move_iterator(steps.begin() + static_cast<std::ptrdiff_t>(at)),
                     std::make_move_iterator(steps.begin() + static_cast<std::ptrdiff_t>(end)));
    at = end;
  }
  return out;
}

} // namespace troupe::policies::controllers
