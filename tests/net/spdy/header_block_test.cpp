#include "net/spdy/header_block.hpp"
#include <gtest/gtest.h>
#include <random>
#include <zlib.h>

namespace troupe::net::spdy {
namespace {

const header_list fields{{"streamtype", "data"}, {"port", "8080"}, {"requestid", "0"}};

TEST(header_block, blocks_of_one_connection_build_on_each_other) {
  header_deflater out;
  header_inflater in;
  std::size_t first = 0, last = 0;
  for (int i = 0; i < 20; ++i) {
    const auto block = out.encode(fields);
    (i == 0 ? first : last) = block.size();
    EXPECT_EQ(in.decode(block), fields);
  }
  EXPECT_LT(last, first);
  EXPECT_EQ(in.decode(out.encode({})), header_list());
  const header_list large{{"a", std::string(60'000, 'x')}};
  EXPECT_EQ(in.decode(out.encode(large)), large);
}

TEST(header_block, the_dictionary_is_not_needed) {
  const std::string plain("\0\0\0\1\0\0\0\4port\0\0\0\2" "80", 18);
  std::string block(200, '\0');
  z_stream z{};
  deflateInit(&z, Z_DEFAULT_COMPRESSION);
  z.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(plain.data()));
  z.avail_in = static_cast<uInt>(plain.size());
  z.next_out = reinterpret_cast<Bytef*>(block.data());
  z.avail_out = 200;
  deflate(&z, Z_SYNC_FLUSH);
  block.resize(z.total_out);
  deflateEnd(&z);
  header_inflater in;
  EXPECT_EQ(in.decode(block), (header_list{{"port", "80"}}));
}

TEST(header_block, a_small_block_cannot_become_a_large_one) {
  header_deflater out;
  header_inflater in;
  EXPECT_FALSE(in.decode(out.encode({{"a", std::string(1 << 20, 'x')}})).has_value());
}

TEST(header_block, survives_mutated_blocks) {
  std::mt19937 random(9);
  for (int round = 0; round < 5'000; ++round) {
    header_deflater out;
    auto block = out.encode(fields);
    for (unsigned edits = random() % 3 + 1; edits > 0; --edits)
      block[random() % block.size()] = static_cast<char>(random());
    header_inflater in;
    if (const auto got = in.decode(block)) {
      EXPECT_LE(got->size(), 256U);
    }
  }
}

} // namespace
} // namespace troupe::net::spdy
