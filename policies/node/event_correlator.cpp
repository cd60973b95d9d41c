#include "policies/node/event_correlator.hpp"
#include <algorithm>
#include <fmt/format.h>

namespace troupe::policies::node {

namespace {

constexpr std::size_t remembered_max = 4096;
constexpr std::size_t messages_max = 10;
constexpr auto similar_window = std::chrono::minutes(10);
constexpr double burst = 25;
constexpr double tokens_per_second = 1.0 / 300;

std::string object_key_of(const event& e) {
  auto& o = e.about;
  return fmt::format("{}\n{}\n{}\n{}\n{}\n{}\n{}", e.component, e.host, o.kind, o.ns, o.name, o.uid, o.api_version);
}

api::json::object reference_document(const object_reference& o) {
  api::json::object out;
  auto put = [&](const char* name, const std::string& value) {
    if (!value.empty()) out[name] = value;
  };
  put("kind", o.kind);
  put("namespace", o.ns);
  put("name", o.name);
  put("uid", o.uid);
  put("apiVersion", o.api_version);
  put("resourceVersion", o.resource_version);
  put("fieldPath", o.field_path);
  return out;
}

} // namespace

object_reference reference_to(const api::object& object, std::string_view field_path) {
  return {std::string(object.api_version()), std::string(object.kind()),
          std::string(object.ns()),          std::string(object.name()),
          std::string(object.uid()),         std::string(api::string_at(object.metadata(), {"resourceVersion"})),
          std::string(field_path)};
}

api::json::object event_patch(const api::json::object& event) {
  return {{"count", event.at("count")}, {"lastTimestamp", event.at("lastTimestamp")}, {"message", event.at("message")}};
}

template <class T> T& event_correlator::recent<T>::at(const std::string& key) {
  auto found = index.find(key);
  if (found != index.end()) {
    order.splice(order.begin(), order, found->second);
    return order.front().second;
  }
  if (order.size() >= remembered_max) {
    index.erase(order.back().first);
    order.pop_back();
  }
  order.emplace_front(key, T{});
  index.emplace(key, order.begin());
  return order.front().second;
}

bool event_correlator::allowed(const std::string& key, api::time_point now) {
  auto& b = buckets_.at(key);
  if (b.filled == api::time_point{}) {
    b.tokens = burst;
  } else if (now > b.filled) {
    auto seconds = std::chrono::duration<double>(now - b.filled).count();
    b.tokens = std::min(burst, b.tokens + seconds * tokens_per_second);
  }
  b.filled = now;
  if (b.tokens < 1) return false;
  b.tokens -= 1;
  return true;
}

bool event_correlator::combined(const std::string& key, const std::string& message, api::time_point now) {
  auto& s = similar_.at(key);
  if (now - s.last > similar_window) s.messages.clear();
  s.last = now;
  s.messages.insert(message);
  if (s.messages.size() < messages_max) return false;
  s.messages.erase(s.messages.begin());
  return true;
}

std::optional<event_write> event_correlator::observe(const event& e, api::time_point now) {
  auto object = object_key_of(e);
  auto kind = object + '\n' + (e.warning ? "Warning" : "Normal") + '\n' + e.reason;
  bool many = combined(kind, e.message, now);
  auto message = many ? "(combined from similar events): " + e.message : e.message;
  auto& record = seen_.at(many ? kind : kind + '\n' + e.about.field_path + '\n' + e.message);
  event_write out;
  out.repeat = record.count > 0;
  if (!out.repeat) {
    // The counter keeps names apart where many events carry the same time.
    auto stamp = std::chrono::duration_cast<std::chrono::nanoseconds>(now.time_since_epoch()).count() +
                 static_cast<std::int64_t>(++written_ % 1000);
    record.name = fmt::format("{}.{:x}", e.about.name, stamp);
    record.first = now;
  }
  ++record.count;
  if (!allowed(object, now)) return std::nullopt;
  api::json::object source{{"component", e.component}};
  if (!e.host.empty()) source["host"] = e.host;
  out.event = {
    {"apiVersion", "v1"},
    {"kind", "Event"},
    {"metadata", {{"name", record.name}, {"namespace", e.about.ns.empty() ? "default" : e.about.ns}}},
    {"involvedObject", reference_document(e.about)},
    {"reason", e.reason},
    {"message", message},
    {"source", std::move(source)},
    {"firstTimestamp", api::format_time(record.first)},
    {"lastTimestamp", api::format_time(now)},
    {"count", record.count},
    {"type", e.warning ? "Warning" : "Normal"},
    {"eventTime", nullptr},
    {"reportingComponent", e.component},
    {"reportingInstance", e.host},
  };
  return out;
}

} // namespace troupe::policies::node
