#pragma once
#include <cstdint>
#include <functional>
#include <span>
#include <string_view>
#include <unordered_set>
#include <vector>

/// The link between the actors of two nodes: TLS outside, the framing of CAF's network protocol (BASP, version 4 as of
/// CAF 0.17) inside. CAF believes whatever a peer says, so every frame is judged before CAF sees it.
namespace troupe::net::link {

/// One inbound frame, as far as a judge needs it.
struct frame {
  enum class kind { handshake, message };
  kind what = kind::message;
  std::uint64_t from = 0, to = 0; ///< of a message: actor ids at the peer and here
  std::string_view node;          ///< of a handshake: the node id that the peer claims
};
enum class verdict { pass, drop, close };
using judge = std::function<verdict(const frame&)>;

/// Cuts both directions of a connection into frames and asks the judge about inbound ones. Refuses by itself what no
/// peer of ours sends: unknown operations, empty payloads, payloads above the bound, routed and staged messages, and
/// messages that carry an exit signal or a link. Drops messages to registered names, and what a peer says about the
/// life of actors in the name of another node or for another node: it is believed about its own alone. Messages to an
/// actor that has written to this peer pass without asking: they may be answers. At least the last `writers_max` / 2 of
/// these are known; who has not written for longest gives way, and an answer to it is judged like any message.
class basp_filter {
public:
  static constexpr std::uint32_t payload_bytes_max = 64U << 20;
  static constexpr std::size_t writers_max = 65'536; ///< some 3 MB of memory if it comes to that

  explicit basp_filter(judge j) : judge_(std::move(j)) {}
  /// Appends to `pass` what CAF may see. False: the connection has to be closed.
  [[nodiscard]] bool inbound(std::span<const unsigned char> in, std::vector<unsigned char>& pass);
  /// Notes who writes to the peer. False: the own side broke the framing.
  [[nodiscard]] bool outbound(std::span<const unsigned char> in);
  /// How many of our actors are known as writers; at most `writers_max`.
  [[nodiscard]] std::size_t writers() const noexcept { return wrote_.size() + wrote_before_.size(); }

private:
  using bytes = std::vector<unsigned char>;
  struct stream {
    bytes head;              ///< of the frame that begins
    std::uint64_t rest = 0;  ///< bytes of a judged frame still to come
    bool keep = true;        ///< they are passed on
  };
  bool feed(stream& s, std::span<const unsigned char> in, bytes* pass);
  bool begin(stream& s, bytes* pass);
  void note(const bytes& head);
  void remember(std::uint64_t writer);
  [[nodiscard]] verdict judged(const bytes& head);
  [[nodiscard]] verdict judged_handshake(const bytes& head);
  [[nodiscard]] verdict judged_news(const bytes& head) const;
  [[nodiscard]] verdict judged_message(const bytes& head) const;

  judge judge_;
  stream in_, out_;
  bytes own_node_, peer_node_; ///< as the handshakes of this connection say; empty before
  /// Our actors that have written to the peer. When half of those that may be known are in the first set, it becomes
  /// the second, whose place it takes: a message costs one look-up, where an exact order would move an entry each time.
  std::unordered_set<std::uint64_t> wrote_, wrote_before_;
};

} // namespace troupe::net::link
