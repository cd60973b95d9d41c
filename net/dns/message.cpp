#include "net/dns/message.hpp"
#include "net/dns/name.hpp"

namespace troupe::net::dns {

namespace {

using bytes = std::vector<std::uint8_t>;

void put16(bytes& out, unsigned v) {
  out.push_back(static_cast<std::uint8_t>(v >> 8));
  out.push_back(static_cast<std::uint8_t>(v & 255));
}
void put32(bytes& out, std::uint32_t v) {
  put16(out, v >> 16);
  put16(out, v & 0xffff);
}

struct reader {
  std::span<const std::uint8_t> in;
  std::size_t at = 0;
  bool bad = false;

  unsigned u16() {
    if (bad || at + 2 > in.size()) return bad = true, 0;
    at += 2;
    return static_cast<unsigned>(in[at - 2] << 8 | in[at - 1]);
  }
  std::uint32_t u32() {
    auto high = u16();
    return static_cast<std::uint32_t>(high) << 16 | u16();
  }
  std::string name() {
    auto n = bad ? std::nullopt : read_name(in, at);
    if (!n) return bad = true, std::string();
    return *std::move(n);
  }
};

/// How many bytes stand before the first name of the data, how many names there are; the rest is copied.
struct names_in_data {
  std::size_t before = 0, names = 0;
};
names_in_data names_of(type t) {
  switch (t) {
  case type::ns:
  case type::cname:
  case type::ptr:
    return {0, 1};
  case type::soa:
    return {0, 2};
  case type::mx:
    return {2, 1};
  case type::srv:
    return {6, 1};
  default:
    return {};
  }
}

record read_record(reader& r) {
  record out;
  out.name = r.name();
  out.kind = static_cast<type>(r.u16());
  out.klass = static_cast<std::uint16_t>(r.u16());
  out.ttl = r.u32();
  auto length = r.u16();
  auto end = r.at + length;
  if (r.bad || end > r.in.size()) return r.bad = true, out;
  auto copy = [&](std::size_t until) {
    if (until > end || r.at > until) r.bad = true;
    if (r.bad) return;
    out.data.insert(out.data.end(), r.in.begin() + static_cast<std::ptrdiff_t>(r.at),
                    r.in.begin() + static_cast<std::ptrdiff_t>(until));
    r.at = until;
  };
  auto layout = names_of(out.kind);
  copy(r.at + layout.before);
  for (std::size_t i = 0; i < layout.names && !r.bad; ++i) {
    auto n = r.name();
    if (!r.bad && !write_name(out.data, n, nullptr)) r.bad = true;
  }
  copy(end);
  return out;
}

void read_records(reader& r, unsigned count, std::vector<record>& out, message& m) {
  for (unsigned i = 0; i < count && !r.bad; ++i) {
    auto one = read_record(r);
    if (one.kind == type::opt)
      m.udp_size = one.klass;
    else
      out.push_back(std::move(one));
  }
}

bool write_record(bytes& out, const record& r, name_offsets& offsets) {
  if (!write_name(out, r.name, &offsets) || r.data.size() > 65535) return false;
  put16(out, static_cast<unsigned>(r.kind));
  put16(out, r.klass);
  put32(out, r.ttl);
  put16(out, static_cast<unsigned>(r.data.size()));
  out.insert(out.end(), r.data.begin(), r.data.end());
  return true;
}

} // namespace

std::optional<message> decode(std::span<const std::uint8_t> in) {
  reader r{in};
  message m;
  m.id = static_cast<std::uint16_t>(r.u16());
  auto flags = r.u16();
  m.response = flags & 0x8000;
  m.opcode = flags >> 11 & 15;
  m.authoritative = flags & 0x0400;
  m.truncated = flags & 0x0200;
  m.recursion_desired = flags & 0x0100;
  m.recursion_available = flags & 0x0080;
  m.code = static_cast<rcode>(flags & 15);
  auto questions = r.u16(), answers = r.u16(), authorities = r.u16(), additionals = r.u16();
  for (unsigned i = 0; i < questions && !r.bad; ++i) {
    question q;
    q.name = r.name();
    q.kind = static_cast<type>(r.u16());
    q.klass = static_cast<std::uint16_t>(r.u16());
    m.questions.push_back(std::move(q));
  }
  read_records(r, answers, m.answers, m);
  read_records(r, authorities, m.authorities, m);
  read_records(r, additionals, m.additionals, m);
  if (r.bad) return std::nullopt;
  return m;
}

std::vector<std::uint8_t> encode(const message& m, std::size_t limit) {
  bytes out;
  name_offsets offsets;
  put16(out, m.id);
  put16(out, (m.response ? 0x8000u : 0u) | (m.opcode & 15u) << 11 | (m.authoritative ? 0x0400u : 0u) |
                 (m.truncated ? 0x0200u : 0u) | (m.recursion_desired ? 0x0100u : 0u) |
                 (m.recursion_available ? 0x0080u : 0u) | static_cast<unsigned>(m.code));
  put16(out, static_cast<unsigned>(m.questions.size()));
  for (int i = 0; i < 3; ++i)
    put16(out, 0);
  for (auto& q : m.questions) {
    if (!write_name(out, q.name, &offsets)) return {};
    put16(out, static_cast<unsigned>(q.kind));
    put16(out, q.klass);
  }
  std::size_t room = limit < (m.udp_size ? 11u : 0u) ? 0 : limit - (m.udp_size ? 11 : 0);
  auto count = [&](std::size_t field, unsigned n) {
    out[field] = static_cast<std::uint8_t>(n >> 8);
    out[field + 1] = static_cast<std::uint8_t>(n & 255);
  };
  bool full = false;
  const std::vector<record>* sections[] = {&m.answers, &m.authorities, &m.additionals};
  unsigned counts[3] = {};
  for (std::size_t s = 0; s < 3 && !full; ++s)
    for (auto& r : *sections[s]) {
      auto mark = out.size();
      if (!write_record(out, r, offsets)) return {};
      if (out.size() > room) {
        // What was written last goes; nothing after it is written, so its offsets are not used.
        out.resize(mark);
        full = true;
        if (s < 2) out[2] |= 0x02;
        break;
      }
      ++counts[s];
    }
  if (m.udp_size) {
    const std::uint8_t root_and_type[] = {0, 0, 41};
    out.insert(out.end(), std::begin(root_and_type), std::end(root_and_type));
    put16(out, *m.udp_size);
    put32(out, 0);
    put16(out, 0);
    ++counts[2];
  }
  for (std::size_t s = 0; s < 3; ++s)
    count(6 + 2 * s, counts[s]);
  return out;
}

bytes a_data(std::uint32_t address) {
  bytes out;
  put32(out, address);
  return out;
}

bytes name_data(std::string_view name) {
  bytes out;
  if (!write_name(out, name, nullptr)) out.clear();
  return out;
}

bytes srv_data(std::uint16_t priority, std::uint16_t weight, std::uint16_t port, std::string_view target) {
  bytes out;
  put16(out, priority);
  put16(out, weight);
  put16(out, port);
  if (!write_name(out, target, nullptr)) out.clear();
  return out;
}

bytes txt_data(std::string_view text) {
  bytes out;
  do {
    auto part = text.substr(0, 255);
    out.push_back(static_cast<std::uint8_t>(part.size()));
    out.insert(out.end(), part.begin(), part.end());
    text.remove_prefix(part.size());
  } while (!text.empty());
  return out;
}

bytes soa_data(std::string_view server, std::string_view mailbox, std::uint32_t serial, std::uint32_t minimum) {
  bytes out;
  if (!write_name(out, server, nullptr) || !write_name(out, mailbox, nullptr)) return {};
  for (auto n : {serial, 7200u, 1800u, 86400u, minimum})
    put32(out, n);
  return out;
}

message reply_to(const message& asked, rcode code) {
  message out;
  out.id = asked.id;
  out.response = true;
  out.opcode = asked.opcode;
  out.recursion_desired = asked.recursion_desired;
  out.recursion_available = true;
  out.code = code;
  out.questions = asked.questions;
  if (asked.udp_size) out.udp_size = std::uint16_t{1232};
  return out;
}

std::string lower(std::string_view name) {
  std::string out(name);
  for (auto& c : out)
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  return out;
}

} // namespace troupe::net::dns
