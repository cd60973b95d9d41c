#include "actors/etcd/fragments.hpp"

namespace troupe::actors::etcd {

std::vector<net::etcd::pb::WatchResponse> fragments(net::etcd::pb::WatchResponse whole, std::size_t bytes_max) {
  constexpr std::size_t event_overhead_bytes = 6; // Its tag and length.
  std::vector<net::etcd::pb::WatchResponse> out;
  if (whole.events_size() < 2 || whole.ByteSizeLong() < bytes_max) {
    out.push_back(std::move(whole));
    return out;
  }
  google::protobuf::RepeatedPtrField<net::etcd::pb::Event> events;
  events.Swap(whole.mutable_events());
  whole.set_fragment(true);
  auto empty_bytes = whole.ByteSizeLong();
  auto bytes = bytes_max; // Full, so that the first event opens the first piece.
  for (auto& e : events) {
    auto more = e.ByteSizeLong() + event_overhead_bytes;
    if (bytes + more >= bytes_max) {
      out.push_back(whole);
      bytes = empty_bytes;
    }
    bytes += more;
    out.back().add_events()->Swap(&e);
  }
  out.back().set_fragment(false);
  return out;
}

} // namespace troupe::actors::etcd
