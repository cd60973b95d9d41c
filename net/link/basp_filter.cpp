#include "net/link/basp_filter.hpp"
#include <algorithm>
#include <utility>

namespace troupe::net::link {

namespace {

// A header: operation, two bytes of padding, flags, payload length (4), operation data (8), source (8) and
// destination (8).
constexpr std::size_t header_bytes = 32, judged_payload_bytes = 512, node_id_bytes = 32;
constexpr std::size_t length_at = 4, source_at = 16, destination_at = 24, flags_at = 3;
enum operation : unsigned char {
  server_handshake = 0, client_handshake = 1, direct_message = 2, routed_message = 3, monitor_message = 4,
  down_message = 5, heartbeat = 6
};
/// What CAF takes for "link the sender's actor to the receiver": an atom and a handle, nothing else. A link is a way to
/// end both.
constexpr std::string_view link_types = "@<>+@atom+@strong_actor_ptr";
constexpr unsigned char named_receiver = 1; ///< flag: the destination is a registered name

std::uint64_t big_endian(const unsigned char* p, int n) {
  std::uint64_t r = 0;
  while (n-- > 0) r = r << 8 | *p++;
  return r;
}

/// The header, and of payloads that are judged their first bytes.
std::size_t wanted(const std::vector<unsigned char>& head) {
  if (head.size() < header_bytes) return header_bytes;
  if (head[0] == heartbeat) return header_bytes;
  return header_bytes + std::min<std::size_t>(big_endian(&head[length_at], 4), judged_payload_bytes);
}

std::string_view view(const std::vector<unsigned char>& head, std::size_t at, std::size_t n) {
  return {reinterpret_cast<const char*>(&head[at]), n};
}

} // namespace

bool basp_filter::inbound(std::span<const unsigned char> in, std::vector<unsigned char>& pass) {
  return feed(in_, in, &pass);
}

bool basp_filter::outbound(std::span<const unsigned char> in) { return feed(out_, in, nullptr); }

bool basp_filter::feed(stream& s, std::span<const unsigned char> in, bytes* pass) {
  while (!in.empty()) {
    if (s.rest == 0) {
      auto n = std::min(wanted(s.head) - s.head.size(), in.size());
      s.head.insert(s.head.end(), in.begin(), in.begin() + static_cast<std::ptrdiff_t>(n));
      in = in.subspan(n);
      if (s.head.size() < header_bytes) return true;
      auto length = big_endian(&s.head[length_at], 4);
      bool empty = length == 0, sign_of_life = s.head[0] == heartbeat;
      if (s.head[0] > heartbeat || length > payload_bytes_max || empty != sign_of_life) return false;
      if (s.head.size() < wanted(s.head)) continue;
      if (!begin(s, pass)) return false;
      s.rest = length + header_bytes - s.head.size();
      s.head.clear();
    }
    auto n = static_cast<std::size_t>(std::min<std::uint64_t>(s.rest, in.size()));
    if (pass && s.keep) pass->insert(pass->end(), in.begin(), in.begin() + static_cast<std::ptrdiff_t>(n));
    in = in.subspan(n);
    s.rest -= n;
  }
  return true;
}

bool basp_filter::begin(stream& s, bytes* pass) {
  if (!pass) {
    note(s.head);
    return true;
  }
  auto v = judged(s.head);
  s.keep = v == verdict::pass;
  if (s.keep) pass->insert(pass->end(), s.head.begin(), s.head.end());
  return v != verdict::close;
}

/// Of what the own side sends.
void basp_filter::note(const bytes& head) {
  if (head[0] == direct_message) remember(big_endian(&head[source_at], 8));
  if (head[0] <= client_handshake && head.size() >= header_bytes + node_id_bytes)
    own_node_.assign(head.begin() + header_bytes, head.begin() + header_bytes + node_id_bytes);
}

void basp_filter::remember(std::uint64_t writer) {
  if (!wrote_.insert(writer).second || wrote_.size() <= writers_max / 2) return;
  wrote_.erase(writer);
  wrote_before_ = std::exchange(wrote_, {writer});
}

verdict basp_filter::judged(const bytes& head) {
  switch (head[0]) {
    case server_handshake:
    case client_handshake: return judged_handshake(head);
    case direct_message: return judged_message(head);
    case monitor_message:
    case down_message: return judged_news(head);
    case heartbeat: return verdict::pass;
    default: return verdict::close;
  }
}

/// One connection is one node: who shakes hands again under another id is closed.
verdict basp_filter::judged_handshake(const bytes& head) {
  if (head.size() < header_bytes + node_id_bytes) return verdict::close;
  bytes node(head.begin() + header_bytes, head.begin() + header_bytes + node_id_bytes);
  if (!peer_node_.empty() && node != peer_node_) return verdict::close;
  auto v = judge_({frame::kind::handshake, 0, 0, view(head, header_bytes, node_id_bytes)});
  if (v == verdict::pass) peer_node_ = std::move(node);
  return v;
}

/// "Tell me when this actor ends" and "that actor has ended": the payload begins with the node that speaks and the node
/// that is meant. CAF believes both and passes on what is meant for others.
verdict basp_filter::judged_news(const bytes& head) const {
  if (head.size() < header_bytes + 2 * node_id_bytes) return verdict::close;
  auto at = head.begin() + header_bytes;
  bool genuine = !peer_node_.empty() && std::equal(peer_node_.begin(), peer_node_.end(), at) && !own_node_.empty() &&
                 std::equal(own_node_.begin(), own_node_.end(), at + node_id_bytes);
  return genuine ? verdict::pass : verdict::drop;
}

/// A message's payload begins with the count of its forwarding stages (one byte if there are none), two bytes that are
/// zero when type names follow, and these names with their length.
verdict basp_filter::judged_message(const bytes& head) const {
  auto at = header_bytes;
  if (head.size() < at + 4) return verdict::close;
  if (head[at] != 0 || head[at + 1] != 0 || head[at + 2] != 0) return verdict::close; // Stages.
  at += 3;
  std::size_t names = head[at] & 0x7f;
  if (head[at++] & 0x80) {
    if (at >= head.size() || head[at] & 0x80) return verdict::close;
    names |= std::size_t{head[at++]} << 7;
  }
  if (at + names > head.size()) return verdict::close;
  auto types = view(head, at, names);
  if (types == link_types || types.find("@exit") != std::string_view::npos) return verdict::close;
  if (head[flags_at] & named_receiver) return verdict::drop; // CAF asks for "SpawnServ" after each handshake.
  auto to = big_endian(&head[destination_at], 8);
  if (wrote_.contains(to) || wrote_before_.contains(to)) return verdict::pass;
  return judge_({frame::kind::message, big_endian(&head[source_at], 8), to, {}});
}

} // namespace troupe::net::link
