#include "policies/api/label_syntax.hpp"
#include <gtest/gtest.h>

namespace troupe::api {

namespace {

TEST(label_syntax, takes_well_formed_keys) {
  for (auto key : {"a", "A1", "a-b_c.d", "example.com/a", "kubernetes.io/os", "1"})
    EXPECT_TRUE(label_key_errors(key).empty()) << key;
  EXPECT_TRUE(label_key_errors(std::string(63, 'x')).empty());
  EXPECT_TRUE(label_key_errors(std::string(253, 'x') + "/a").empty());
}

TEST(label_syntax, names_the_part_that_is_wrong) {
  EXPECT_EQ(label_key_errors("/a").front(), "prefix part must be non-empty");
  EXPECT_EQ(label_key_errors("a/").front(), "name part must be non-empty");
  EXPECT_EQ(label_key_errors(std::string(64, 'x')).front(), "name part must be no more than 63 characters");
  EXPECT_EQ(label_key_errors(std::string(254, 'x') + "/a").front(), "prefix part must be no more than 253 characters");
  EXPECT_TRUE(label_key_errors("A/a").front().starts_with("prefix part a lowercase RFC 1123 subdomain must"));
  EXPECT_TRUE(label_key_errors("a/b/c").front().starts_with("a qualified name must consist of"));
  EXPECT_TRUE(label_key_errors("-a").front().starts_with("name part must consist of"));
}

TEST(label_syntax, takes_the_empty_value_and_63_characters) {
  EXPECT_TRUE(label_value_errors("").empty());
  EXPECT_TRUE(label_value_errors(std::string(63, 'x')).empty());
  EXPECT_EQ(label_value_errors(std::string(64, 'x')).front(), "must be no more than 63 characters");
  EXPECT_TRUE(label_value_errors("a b").front().starts_with("a valid label must be an empty string"));
}

TEST(label_syntax, subdomains_have_no_empty_label) {
  EXPECT_TRUE(subdomain_errors("a.b-c.d").empty());
  for (auto name : {"", ".", "a.", ".a", "a..b", "-a", "a-", "A"}) EXPECT_FALSE(subdomain_errors(name).empty()) << name;
}

TEST(label_syntax, quotes_with_escapes) { EXPECT_EQ(quoted("a\"\\\n\x01"), R"("a\"\\\n\x01")"); }

} // namespace

} // namespace troupe::api
