#include "storage/mvcc/command.hpp"
#include "storage/mvcc/wire.hpp"
#include <gtest/gtest.h>
#include <random>

namespace troupe::storage::mvcc {
namespace {

std::vector<placement_request> examples() {
  auto kv = std::make_shared<key_value>(key_value{"pods/a", 3, 9, 4, 77, make_bytes("value")});
  return {fence_request{"pods/", true}, fence_request{"pods/", false}, advance_request{1LL << 40},
          import_request{"pods/", {{kv, 60}, {kv, 0}}}, floor_request{"pods/", 12}, forget_request{"pods/", 500}};
}

TEST(placement_wire_test, encoding_and_back_is_the_same) {
  for (auto& r : examples()) {
    auto bytes = encode(command(r));
    EXPECT_EQ(bytes.front(), command_version);
    auto back = decode_command(bytes);
    ASSERT_TRUE(back.has_value());
    EXPECT_EQ(encode(*back), bytes);
    EXPECT_EQ(std::get<placement_request>(*back).index(), r.index());
  }
  auto import = std::get<import_request>(std::get<placement_request>(*decode_command(encode(command(examples()[3])))));
  ASSERT_EQ(import.entries.size(), 2U);
  EXPECT_EQ(import.prefix, "pods/");
  EXPECT_EQ(import.entries[0].kv->mod_revision, 9);
  EXPECT_EQ(import.entries[0].kv->create_revision, 3);
  EXPECT_EQ(import.entries[0].lease_seconds, 60);
  EXPECT_EQ(*import.entries[1].kv->value, "value");
}

TEST(placement_wire_test, a_program_of_the_first_version_refuses_it_and_reads_the_rest) {
  auto bytes = encode(command(advance_request{5}));
  bytes[0] = 1;
  EXPECT_FALSE(decode_command(bytes).has_value());
  EXPECT_EQ(encode(command(compact_request{5})).front(), 1);
}

TEST(placement_wire_test, cuts_and_damage_never_do_harm) {
  std::mt19937 random(3);
  for (auto& r : examples()) {
    auto original = encode(command(r));
    for (std::size_t n = 0; n < original.size(); ++n)
      EXPECT_FALSE(decode_command(std::string_view(original).substr(0, n)).has_value()) << n;
    for (int round = 0; round < 4'000; ++round) {
      auto bytes = original;
      for (auto n = random() % 4 + 1; n > 0; --n) bytes[random() % bytes.size()] = static_cast<char>(random());
      if (auto c = decode_command(bytes)) {
        EXPECT_TRUE(decode_command(encode(*c)).has_value());
      }
    }
  }
}

} // namespace
} // namespace troupe::storage::mvcc
