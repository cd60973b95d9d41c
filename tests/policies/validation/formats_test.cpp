#include "policies/validation/formats.hpp"
#include <cstdint>
#include <gtest/gtest.h>

namespace troupe::policies::validation {

namespace {

using rule = messages (*)(std::string_view);
std::string repeat(std::string_view text, std::size_t count) {
  std::string out;
  for (std::size_t i = 0; i < count; ++i)
    out += text;
  return out;
}
void expect_valid(rule check, std::initializer_list<std::string> values) {
  for (auto& value : values)
    EXPECT_TRUE(check(value).empty()) << value << ": " << testing::PrintToString(check(value));
}
void expect_invalid(rule check, std::initializer_list<std::string> values) {
  for (auto& value : values)
    EXPECT_FALSE(check(value).empty()) << value;
}

} // namespace

TEST(formats, dns_labels_have_at_most_63_lower_case_characters) {
  expect_valid(is_dns_label, {"a", "a-1", "1", repeat("a", 63)});
  expect_invalid(is_dns_label, {"", "-a", "a-", "A", "a_b", "a.b", repeat("a", 64), "ä"});
  EXPECT_EQ(is_dns_label("a.b"), messages{"must not contain dots"});
  EXPECT_EQ(is_dns_label(repeat("a", 64)), messages{"must be no more than 63 characters"});
  EXPECT_EQ(is_dns_label("A").front(),
            "a lowercase RFC 1123 label must consist of lower case alphanumeric characters or '-', and must start and "
            "end with an alphanumeric character "
            "(e.g. 'my-name',  or '123-abc', regex used for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?')");
}

TEST(formats, dns_subdomains_have_at_most_253_characters) {
  expect_valid(is_dns_subdomain, {"a", "a.b", "a-b.c-1", repeat("a", 253)});
  expect_invalid(is_dns_subdomain, {"", ".", "a.", ".a", "a..b", "A.b", "a.-b", repeat("a", 254)});
}

TEST(formats, service_names_start_with_a_letter) {
  expect_valid(is_dns_1035_label, {"a", "a1", repeat("a", 63)});
  expect_invalid(is_dns_1035_label, {"", "1a", "a-", "a.b", repeat("a", 64)});
}

TEST(formats, wildcards_have_one_leading_star) {
  expect_valid(is_wildcard_subdomain, {"*.a", "*.a.b"});
  expect_invalid(is_wildcard_subdomain, {"*", "a", "*.*.a", "a.*.b", "*."});
}

TEST(formats, qualified_names_may_have_a_domain) {
  expect_valid(is_qualified_name, {"a", "A.b_c-d", "example.com/x", repeat("a", 63), repeat("a", 253) + "/b"});
  expect_invalid(is_qualified_name, {"", "/a", "a/", "a/b/c", "-a", "a-", "A.com/x", "a b", repeat("a", 64)});
  EXPECT_EQ(is_qualified_name("/a"), messages{"prefix part must be non-empty"});
  EXPECT_EQ(is_qualified_name("").size(), 2u);
}

TEST(formats, label_values_may_be_empty) {
  expect_valid(is_label_value, {"", "a", "A_b.c-1", repeat("a", 63)});
  expect_invalid(is_label_value, {"-a", "a-", "a b", "a/b", repeat("a", 64)});
}

TEST(formats, path_segments_have_no_slash_and_no_percent) {
  expect_valid(is_path_segment, {"a", "system:x", "A b", "..."});
  expect_invalid(is_path_segment, {".", "..", "a/b", "a%b"});
  EXPECT_EQ(is_path_segment(".."), messages{"may not be '..'"});
}

TEST(formats, keys_of_config_maps_are_file_names) {
  expect_valid(is_config_key, {"a", "a.b", ".a", "A_b-c", repeat("a", 253)});
  expect_invalid(is_config_key, {"", ".", "..", "..a", "a/b", "a b", repeat("a", 254)});
}

TEST(formats, environment_names_are_printable) {
  expect_valid(is_environment_name, {"A", "a b", "1", "a.b-c"});
  expect_invalid(is_environment_name, {"", "a=b", "a\tb", "\xc3\xa4"});
}

TEST(formats, port_names_have_a_letter_and_at_most_15_characters) {
  expect_valid(is_port_name, {"a", "http-1", "1a", repeat("a", 15)});
  expect_invalid(is_port_name, {"", "1", "-a", "a-", "a--b", "A", repeat("a", 16)});
}

TEST(formats, others) {
  expect_valid(is_percent, {"0%", "100%", "250%"});
  expect_invalid(is_percent, {"", "%", "1", "-1%", "1.5%", "1%%"});
  expect_valid(is_http_header_name, {"X-A", "a1"});
  expect_invalid(is_http_header_name, {"", "a b", "a:b"});
  expect_valid(is_domain_prefixed_path, {"acme.io/foo", "a/b/c"});
  expect_invalid(is_domain_prefixed_path, {"", "a", "a/", "A/b", "a/b c"});
}

TEST(formats, numbers_have_inclusive_bounds) {
  EXPECT_TRUE(is_port_number(1).empty());
  EXPECT_TRUE(is_port_number(65535).empty());
  EXPECT_EQ(is_port_number(0), messages{"must be between 1 and 65535, inclusive"});
  EXPECT_FALSE(is_port_number(65536).empty());
  EXPECT_TRUE(is_user_id(2147483647).empty());
  EXPECT_FALSE(is_user_id(-1).empty());
  EXPECT_FALSE(is_user_id(2147483648).empty());
}

TEST(formats, a_trailing_dash_of_generate_name_is_masked) {
  EXPECT_EQ(masked_trailing_dash("web-"), "wea");
  EXPECT_EQ(masked_trailing_dash("web"), "web");
  EXPECT_EQ(masked_trailing_dash("-"), "-");
}

TEST(formats, any_bytes_get_an_answer) {
  std::uint64_t seed = 7;
  for (int round = 0; round < 20000; ++round) {
    std::string text;
    for (int i = 0, n = static_cast<int>((seed = seed * 6364136223846793005u + 1) >> 60); i < n; ++i)
      text += static_cast<char>((seed = seed * 6364136223846793005u + 1) >> 56);
    for (auto check : {is_dns_label, is_dns_subdomain, is_dns_1035_label, is_wildcard_subdomain, is_qualified_name,
                       is_label_value, is_path_segment, is_config_key, is_environment_name, is_port_name, is_percent,
                       is_http_header_name, is_domain_prefixed_path, is_ip, is_cidr})
      (void)check(text);
  }
}

} // namespace troupe::policies::validation
