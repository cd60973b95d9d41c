#include "policies/validation/report.hpp"
#include <gtest/gtest.h>

namespace troupe::policies::validation {

TEST(report, shows_values_in_the_notation_of_kubernetes) {
  EXPECT_EQ(shown("a\"b\n"), "\"a\\\"b\\n\"");
  EXPECT_EQ(shown(static_cast<const json::value*>(nullptr)), "\"null\"");
  auto map = json::parse(R"({"b":"2","a":"1"})").as_object();
  EXPECT_EQ(shown_map(&map), R"(map[string]string{"a":"1", "b":"2"})");
  EXPECT_EQ(shown_map(nullptr), "map[string]string(nil)");
  auto selector = json::parse(R"({"matchLabels":{"app":"x"}})");
  EXPECT_EQ(shown_selector(&selector), R"(v1.LabelSelector{MatchLabels:map[string]string{"app":"x"}, )"
                                       "MatchExpressions:[]v1.LabelSelectorRequirement(nil)}");
  auto list = json::parse(R"(["a","b"])");
  EXPECT_EQ(shown_list(&list), R"([]string{"a", "b"})");
}

TEST(report, writes_messages_and_reasons_of_each_type) {
  api::field_errors errors;
  report out(errors);
  constexpr field_path at("f");
  out.required(at, "why");
  out.invalid(at, "x", "bad");
  out.invalid(at, 7, "bad");
  out.forbidden(at, "no");
  out.duplicate(at, "d");
  out.not_found(at, "n");
  out.not_supported(at, "v", {"A", "B"});
  out.too_long(at, 5);
  out.too_many(at, 3, 2);
  std::vector<std::string> texts;
  for (auto& e : errors)
    texts.push_back(std::string(e.reason()) + "|" + e.message());
  EXPECT_EQ(texts, (std::vector<std::string>{
                       "FieldValueRequired|Required value: why", "FieldValueInvalid|Invalid value: \"x\": bad",
                       "FieldValueInvalid|Invalid value: 7: bad", "FieldValueForbidden|Forbidden: no",
                       "FieldValueDuplicate|Duplicate value: \"d\"", "FieldValueNotFound|Not found: \"n\"",
                       "FieldValueNotSupported|Unsupported value: \"v\": supported values: \"A\", \"B\"",
                       "FieldValueTooLong|Too long: may not be more than 5 bytes",
                       "FieldValueTooMany|Too many: 3: must have at most 2 items"}));
}

} // namespace troupe::policies::validation
