#include "storage/raft/encoding.hpp"
#include "tests/storage/raft/member.hpp"
#include <fmt/format.h>
#include <random>

namespace troupe::tests::raft {
namespace {

const configuration joint{.voters = ids({2, 300}),
                          .outgoing = ids({1, 2}),
                          .learners = ids({1u << 31}),
                          .learners_next = ids({1}),
                          .auto_leave = true};
constexpr std::uint64_t top = ~std::uint64_t{0};

std::vector<message> every_message() {
  return {
      append_request{
          {3}, at(9, 2), {8}, {command(10, 2, std::string(300, 'a')), command(11, 3, ""), configured(12, 3, joint)}},
      append_request{{1}, {}, {}, {}},
      append_response{{3}, {9}, true, at(7, 2)},
      append_response{.term = {top}, .index = {top}},
      heartbeat{{3}, {8}, 77, 123456789},
      heartbeat_response{{3}, 77, 123456789},
      vote_request{{3}, vote_kind::forced, at(9, 2)},
      vote_response{{3}, vote_kind::pre_vote, true},
      install_snapshot{{3}, {{9}, {2}, joint}},
      timeout_now{{3}},
      read_request{{3}, 42},
      read_response{{3}, 42, log_index{9}},
      read_response{{3}, 42, {}},
  };
}

std::vector<std::string> every_encoding() {
  std::vector<std::string> out;
  for (const auto& m : every_message())
    out.push_back(encode(envelope{{1}, {2}, m}));
  out.push_back(encode(command(1, 1, "some text")));
  out.push_back(encode(hard_state{{300}, {2}, {70000}}));
  out.push_back(encode(joint));
  out.push_back(encode(snapshot_meta{{9}, {2}, joint}));
  return out;
}

TEST(raft_encoding, gives_back_every_value) {
  for (const auto& m : every_message()) {
    const envelope e{{1}, {top}, m};
    EXPECT_EQ(decode_envelope(encode(e)), e);
  }
  for (const auto& e : {command(1, 1, "text"), entry{{1}, {2}, entry_kind::noop, nullptr}, configured(3, 1, joint)})
    EXPECT_EQ(decode_entry(encode(e)), e);
  const hard_state hard{{7}, {2}, {5}};
  EXPECT_EQ(decode_hard_state(encode(hard)), hard);
  for (const auto& c : {joint, voters({1}), configuration{}})
    EXPECT_EQ(decode_configuration(encode(c)), c);
  const snapshot_meta snapshot{{9}, {2}, joint};
  EXPECT_EQ(decode_snapshot_meta(encode(snapshot)), snapshot);
}

TEST(raft_encoding, is_what_the_disks_of_users_hold) {
  // The format is a promise: if one of these changes, raise the version and keep reading the old one.
  const auto hex = [](const std::string& text) {
    std::string out;
    for (unsigned char c : text)
      out += fmt::format("{:02x}", c);
    return out;
  };
  EXPECT_EQ(hex(encode(hard_state{{300}, {2}, {5}})), "01ac020205");
  EXPECT_EQ(hex(encode(command(2, 1, "hi"))), "01010200026869");
  EXPECT_EQ(hex(encode(voters({1, 2}))), "0102010200000000");
  EXPECT_EQ(hex(encode(snapshot_meta{{9}, {2}, voters({1})})), "01090201010000"
                                                               "0000");
  EXPECT_EQ(hex(encode(envelope{{1}, {2}, timeout_now{{3}}})), "0101020703");
}

TEST(raft_encoding, says_what_is_wrong) {
  struct {
    const char* name;
    std::string bytes;
    decode_errc why;
  } const cases[] = {
      {"nothing", "", decode_errc::truncated},
      {"a newer program", std::string("\x02\x01\x01\x01", 4), decode_errc::version},
      {"no version", std::string("\x00\x01\x01\x01", 4), decode_errc::malformed},
      {"ends early", std::string("\x01\x01\x01", 3), decode_errc::truncated},
      {"goes on", std::string("\x01\x01\x01\x01\x00", 5), decode_errc::trailing},
      {"a number in a longer form than needed", std::string("\x01\x81\x00\x01\x01", 5), decode_errc::malformed},
      {"a number of more than 64 bits", "\x01" + std::string(9, '\xff') + std::string("\x02\x01\x01"),
       decode_errc::malformed},
      {"a number without end", "\x01" + std::string(20, '\xff'), decode_errc::malformed},
  };
  for (const auto& c : cases)
    EXPECT_EQ(decode_hard_state(c.bytes), tl::unexpected(c.why)) << c.name;
  EXPECT_EQ(decode_entry(std::string("\x01\x01\x01\x03\x00", 5)), tl::unexpected(decode_errc::malformed));     // kind
  EXPECT_EQ(decode_entry(std::string("\x01\x01\x01\x00\x05\x61", 6)), tl::unexpected(decode_errc::truncated)); // data
  EXPECT_EQ(decode_configuration(std::string("\x01\x02\x02\x01\x00\x00\x00\x00", 8)),
            tl::unexpected(decode_errc::malformed)); // order
  EXPECT_EQ(decode_configuration(std::string("\x01\xff\xff\xff\xff\x0f\x01", 7)),
            tl::unexpected(decode_errc::truncated));                                                          // count
  EXPECT_EQ(decode_envelope(std::string("\x01\x01\x02\x0a\x01", 5)), tl::unexpected(decode_errc::malformed)); // message
}

TEST(raft_encoding, survives_any_input_and_has_one_form_for_each_value) {
  std::mt19937_64 random(20141);
  const auto seeds = every_encoding();
  for (int round = 0; round < 20000; ++round) {
    auto text = seeds[random() % seeds.size()];
    for (auto changes = random() % 4; changes > 0 && !text.empty(); --changes) {
      const auto where = random() % text.size();
      switch (random() % 4) {
      case 0:
        text[where] = static_cast<char>(random());
        break;
      case 1:
        text[where] = static_cast<char>(text[where] ^ (1 << random() % 8));
        break;
      case 2:
        text.resize(where);
        break;
      default:
        text.insert(where, 1, static_cast<char>(random()));
        break;
      }
    }
    if (auto v = decode_envelope(text)) {
      EXPECT_EQ(encode(*v), text);
    }
    if (auto v = decode_entry(text)) {
      EXPECT_EQ(encode(*v), text);
    }
    if (auto v = decode_hard_state(text)) {
      EXPECT_EQ(encode(*v), text);
    }
    if (auto v = decode_configuration(text)) {
      EXPECT_EQ(encode(*v), text);
    }
    if (auto v = decode_snapshot_meta(text)) {
      EXPECT_EQ(encode(*v), text);
    }
  }
}

TEST(raft_encoding, every_cut_is_noticed) {
  for (const auto& text : every_encoding())
    for (std::size_t size = 0; size < text.size(); ++size) {
      const auto cut = std::string_view(text).substr(0, size);
      EXPECT_FALSE(decode_envelope(cut) && decode_snapshot_meta(cut));
    }
}

} // namespace
} // namespace troupe::tests::raft
