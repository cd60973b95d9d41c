#include "actors/watch_cache/interface.hpp"

namespace troupe::actors::watch_cache {

std::string_view text(event_type t) noexcept {
  switch (t) {
    case event_type::added: return "ADDED";
    case event_type::modified: return "MODIFIED";
    case event_type::removed: return "DELETED";
  }
  return "ERROR";
}

std::shared_ptr<const std::string> cached_event::frame(event_type seen_as) const {
  auto& slot = frames_[static_cast<std::size_t>(seen_as)];
  auto bytes = slot.load(std::memory_order_acquire);
  if (bytes) return bytes;
  auto document = after->encoded();
  auto word = text(seen_as);
  auto fresh = std::make_shared<std::string>();
  fresh->reserve(document->size() + 32);
  fresh->append(R"({"type":")").append(word).append(R"(","object":)").append(*document).append("}\n");
  bytes = std::move(fresh);
  slot.store(bytes, std::memory_order_release);
  return bytes;
}

std::vector<wire_event> to_wire(const event_batch& batch) {
  std::vector<wire_event> out;
  out.reserve(batch.events.size());
  for (auto& e : batch.events) out.push_back({e->type, e->before, e->after, e->revision});
  return out;
}

void from_wire(std::vector<wire_event>&& events, event_batch& batch) {
  batch.events.clear();
  for (auto& e : events)
    batch.events.push_back(
      std::make_shared<const cached_event>(e.type, std::move(e.before), std::move(e.after), e.revision));
}

} // namespace troupe::actors::watch_cache
