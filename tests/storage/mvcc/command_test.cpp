#include "storage/mvcc/command.hpp"
#include "storage/mvcc/wire.hpp"
#include <gtest/gtest.h>
#include <random>

namespace troupe::storage::mvcc {
namespace {

command everything() {
  auto nested = std::make_shared<txn_request>();
  nested->success = {put_request{.key = "n", .value = make_bytes("nested")}};
  return txn_request{
    .compares = {{{"a", "b"}, compare_target::value, compare_operator::less, 0, "text"},
                 {{"c", ""}, compare_target::mod_revision, compare_operator::equal, -5}},
    .success = {range_request{.keys = {"r", "s"}, .at = 7, .limit = 3, .keys_only = true},
                put_request{.key = "k", .value = make_bytes(std::string(300, 'v')), .lease = 9, .prev_kv = true},
                delete_range_request{{"d", "e"}, true}, nested},
    .failure = {put_request{.key = "f", .ignore_value = true}}};
}

TEST(command_test, encoding_and_back_is_the_same) {
  for (auto& c : {everything(), command(lease_grant_request{-3, 60}), command(lease_revoke_request{1LL << 62}),
                  command(compact_request{123456})}) {
    auto bytes = encode(c);
    auto back = decode_command(bytes);
    ASSERT_TRUE(back.has_value());
    EXPECT_EQ(encode(*back), bytes);
    EXPECT_EQ(back->index(), c.index());
  }
  auto txn = std::get<txn_request>(*decode_command(encode(everything())));
  EXPECT_EQ(txn.compares[1].number, -5);
  EXPECT_EQ(txn.compares[0].value, "text");
  EXPECT_EQ(std::get<put_request>(txn.success[1]).value->size(), 300U);
  EXPECT_EQ(std::get<range_request>(txn.success[0]).at, 7);
  EXPECT_EQ(std::get<put_request>(std::get<3>(txn.success[3])->success[0]).key, "n");
  EXPECT_EQ(std::get<put_request>(txn.failure[0]).value, nullptr);
}

TEST(command_test, a_newer_version_is_refused) {
  auto bytes = encode(everything());
  bytes[0] = command_version + 1;
  EXPECT_EQ(decode_command(bytes).error().code, errc::bad_encoding);
}

TEST(command_test, every_cut_is_refused) {
  auto bytes = encode(everything());
  for (std::size_t n = 0; n < bytes.size(); ++n)
    EXPECT_FALSE(decode_command(std::string_view(bytes).substr(0, n)).has_value()) << n;
  EXPECT_FALSE(decode_command(bytes + "x").has_value());
}

TEST(command_test, damaged_bytes_never_do_harm) {
  std::mt19937 random(7);
  auto original = encode(everything());
  for (int round = 0; round < 20'000; ++round) {
    auto bytes = original;
    for (auto n = random() % 4 + 1; n > 0; --n) bytes[random() % bytes.size()] = static_cast<char>(random());
    if (auto c = decode_command(bytes)) {
      EXPECT_TRUE(decode_command(encode(*c)).has_value());
    }
  }
}

TEST(command_test, nesting_has_a_bound) {
  auto txn = std::make_shared<txn_request>();
  for (int i = 0; i < 100; ++i) {
    auto outer = std::make_shared<txn_request>();
    outer->success = {std::shared_ptr<const txn_request>(txn)};
    txn = outer;
  }
  EXPECT_FALSE(decode_command(encode(*txn)).has_value());
}

} // namespace
} // namespace troupe::storage::mvcc
