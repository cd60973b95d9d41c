#include "storage/raft/encoding.hpp"
#include <utility>
#include "storage/raft/membership.hpp"

namespace troupe::storage::raft {
namespace {

class writer {
public:
  writer() { out_.push_back(static_cast<char>(encoding_version)); }
  void number(std::uint64_t value) {
    for (; value >= 0x80; value >>= 7)
      out_.push_back(static_cast<char>(value | 0x80));
    out_.push_back(static_cast<char>(value));
  }
  void flag(bool value) { number(value ? 1 : 0); }
  template <class Tag> void put(ordinal<Tag> value) { number(value.value); }
  void put(server_id id) { number(id.value); }
  void put(entry_id id) { put(id.term), put(id.index); }
  void put(const std::vector<server_id>& ids) {
    number(ids.size());
    for (auto id : ids)
      put(id);
  }
  void put(const configuration& c) {
    put(c.voters), put(c.outgoing), put(c.learners), put(c.learners_next);
    flag(c.auto_leave);
  }
  void put(const snapshot_meta& s) { put(s.index), put(s.term), put(s.members); }
  void put(const entry& e) {
    put(e.term), put(e.index);
    number(static_cast<std::uint64_t>(e.kind));
    number(e.view().size());
    out_.append(e.view());
  }
  void put(const append_request& m) {
    put(m.term), put(m.previous), put(m.commit);
    number(m.list.size());
    for (const auto& e : m.list)
      put(e);
  }
  void put(const append_response& m) { put(m.term), put(m.index), flag(m.rejected), put(m.hint); }
  void put(const heartbeat& m) { put(m.term), put(m.commit), number(m.round), number(m.tick); }
  void put(const heartbeat_response& m) { put(m.term), number(m.round), number(m.tick); }
  void put(const vote_request& m) { put(m.term), number(static_cast<std::uint64_t>(m.kind)), put(m.last); }
  void put(const vote_response& m) { put(m.term), number(static_cast<std::uint64_t>(m.kind)), flag(m.granted); }
  void put(const install_snapshot& m) { put(m.term), put(m.snapshot); }
  void put(const timeout_now& m) { put(m.term); }
  void put(const read_request& m) { put(m.term), number(m.id); }
  void put(const read_response& m) {
    put(m.term), number(m.id), flag(m.index.has_value());
    if (m.index) put(*m.index);
  }
  [[nodiscard]] std::string take() { return std::move(out_); }

private:
  std::string out_;
};

/// Reads on after a failure as if all were zero; `finish` tells the first failure.
class reader {
public:
  explicit reader(std::string_view in) : in_(in) {
    if (in_.empty())
      fail(decode_errc::truncated);
    else if (const auto version = byte(); version != encoding_version)
      fail(version == 0 ? decode_errc::malformed : decode_errc::version);
  }
  std::uint64_t number() {
    std::uint64_t value = 0;
    for (unsigned shift = 0; shift < 64; shift += 7) {
      const auto b = byte();
      // The tenth byte has room for one bit, and a last byte of zero means that a shorter form exists.
      if ((shift == 63 && b > 1) || (shift > 0 && b == 0)) return fail(decode_errc::malformed), 0;
      value |= std::uint64_t(b & 0x7f) << shift;
      if (!(b & 0x80)) return value;
    }
    return fail(decode_errc::malformed), 0;
  }
  std::uint64_t number_up_to(std::uint64_t most) {
    const auto value = number();
    if (value > most) return fail(decode_errc::malformed), 0;
    return value;
  }
  bool flag() { return number_up_to(1) == 1; }
  template <class Tag> void get(ordinal<Tag>& out) { out.value = number(); }
  void get(server_id& out) { out.value = number(); }
  void get(entry_id& out) { get(out.term), get(out.index); }
  void get(vote_kind& out) { out = static_cast<vote_kind>(number_up_to(2)); }
  void get(entry_kind& out) { out = static_cast<entry_kind>(number_up_to(2)); }
  void get(std::vector<server_id>& out) {
    for (auto left = count(); left > 0 && !failed_; --left)
      get(out.emplace_back());
  }
  void get(configuration& out) {
    get(out.voters), get(out.outgoing), get(out.learners), get(out.learners_next);
    out.auto_leave = flag();
    if (!check(out)) fail(decode_errc::malformed);
  }
  void get(snapshot_meta& out) { get(out.index), get(out.term), get(out.members); }
  void get(entry& out) {
    get(out.term), get(out.index), get(out.kind);
    const auto size = number();
    if (size > in_.size()) return fail(decode_errc::truncated);
    if (size > 0) out.data = std::make_shared<const std::string>(in_.substr(0, size));
    in_.remove_prefix(size);
  }
  void get(append_request& m) {
    get(m.term), get(m.previous), get(m.commit);
    for (auto left = count(); left > 0 && !failed_; --left)
      get(m.list.emplace_back());
  }
  void get(append_response& m) { get(m.term), get(m.index), m.rejected = flag(), get(m.hint); }
  void get(heartbeat& m) { get(m.term), get(m.commit), m.round = number(), m.tick = number(); }
  void get(heartbeat_response& m) { get(m.term), m.round = number(), m.tick = number(); }
  void get(vote_request& m) { get(m.term), get(m.kind), get(m.last); }
  void get(vote_response& m) { get(m.term), get(m.kind), m.granted = flag(); }
  void get(install_snapshot& m) { get(m.term), get(m.snapshot); }
  void get(timeout_now& m) { get(m.term); }
  void get(read_request& m) { get(m.term), m.id = number(); }
  void get(read_response& m) {
    get(m.term), m.id = number();
    if (flag()) get(m.index.emplace());
  }
  void get(hard_state& h) { get(h.term), get(h.vote), get(h.commit); }
  void get(message& m) { get_alternative<0>(m, number()); }
  void get(envelope& e) { get(e.from), get(e.to), get(e.body); }

  template <class T> decoded<T> finish(T value) {
    if (!failed_ && !in_.empty()) fail(decode_errc::trailing);
    if (failed_) return tl::unexpected(error_);
    return value;
  }

private:
  void fail(decode_errc why) {
    if (!std::exchange(failed_, true)) error_ = why;
    in_ = {};
  }
  std::uint8_t byte() {
    if (in_.empty()) return fail(decode_errc::truncated), std::uint8_t{0};
    const auto b = static_cast<std::uint8_t>(in_.front());
    in_.remove_prefix(1);
    return b;
  }
  /// Of a list: each item takes at least one byte, so a larger count is a lie.
  std::uint64_t count() {
    const auto n = number();
    if (n > in_.size()) return fail(decode_errc::truncated), 0;
    return n;
  }
  template <std::size_t I> void get_alternative(message& m, std::uint64_t tag) {
    if constexpr (I < std::variant_size_v<message>) {
      if (tag == I) return get(m.emplace<I>());
      get_alternative<I + 1>(m, tag);
    } else {
      fail(decode_errc::malformed);
    }
  }

  std::string_view in_;
  decode_errc error_{}; ///< the first failure, where `failed_`
  bool failed_ = false;
};

template <class T> std::string encode_one(const T& value) {
  writer w;
  w.put(value);
  return w.take();
}

template <class T> decoded<T> decode_one(std::string_view bytes) {
  reader r(bytes);
  T value;
  r.get(value);
  return r.finish(std::move(value));
}

} // namespace

std::string encode(const entry& value) { return encode_one(value); }
std::string encode(const configuration& value) { return encode_one(value); }
std::string encode(const snapshot_meta& value) { return encode_one(value); }

std::string encode(const hard_state& value) {
  writer w;
  w.put(value.term), w.put(value.vote), w.put(value.commit);
  return w.take();
}

std::string encode(const envelope& value) {
  writer w;
  w.put(value.from), w.put(value.to);
  w.number(value.body.index());
  std::visit([&](const auto& body) { w.put(body); }, value.body);
  return w.take();
}

decoded<entry> decode_entry(std::string_view bytes) { return decode_one<entry>(bytes); }
decoded<hard_state> decode_hard_state(std::string_view bytes) { return decode_one<hard_state>(bytes); }
decoded<configuration> decode_configuration(std::string_view bytes) { return decode_one<configuration>(bytes); }
decoded<snapshot_meta> decode_snapshot_meta(std::string_view bytes) { return decode_one<snapshot_meta>(bytes); }
decoded<envelope> decode_envelope(std::string_view bytes) { return decode_one<envelope>(bytes); }

} // namespace troupe::storage::raft
