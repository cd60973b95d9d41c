#include "tests/policies/strategy/documents.hpp"

namespace troupe::policies::strategy {

TEST(context, names_get_five_characters_without_vowels) {
  fixture f;
  auto name = generate_name("web-", f.random);
  EXPECT_EQ(name.size(), 9u);
  EXPECT_TRUE(name.starts_with("web-"));
  EXPECT_EQ(name.find_first_not_of("bcdfghjklmnpqrstvwxz2456789", 4), std::string::npos);
  EXPECT_NE(generate_name("web-", f.random), name);
}

TEST(context, long_names_are_cut_so_that_the_suffix_fits_a_label) {
  fixture f;
  EXPECT_EQ(generate_name(std::string(58, 'a'), f.random).size(), 63u);
  EXPECT_EQ(generate_name(std::string(59, 'a'), f.random).size(), 63u);
  EXPECT_EQ(generate_name("", f.random).size(), 5u);
}

TEST(context, ids_are_random_uuids) {
  fixture f;
  auto id = random_uuid(f.random);
  ASSERT_EQ(id.size(), 36u);
  for (auto dash : {8, 13, 18, 23})
    EXPECT_EQ(id[static_cast<std::size_t>(dash)], '-');
  EXPECT_EQ(id[14], '4');
  EXPECT_NE(std::string("89ab").find(id[19]), std::string::npos);
}

} // namespace troupe::policies::strategy
