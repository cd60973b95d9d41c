#include "policies/api/selector.hpp"
#include <gtest/gtest.h>
#include <random>

namespace troupe::api {

namespace {

json::object labels(std::string_view text) { return json::parse(text).as_object(); }

TEST(label_selector, reads_every_operator_and_writes_the_canonical_form) {
  struct { std::string text, canonical; } cases[] = {
    {"", ""},
    {"a=b", "a=b"},
    {"a==b", "a=b"},
    {" a = b , c != d ", "a=b,c!=d"},
    {"x in (b,a,b)", "x in (a,b)"},
    {"x notin (a)", "x notin (a)"},
    {"z,!y,x", "x,!y,z"},
    {"a>1,b<2", "a>1,b<2"},
    {"a=", "a="},
    {"a=,b", "a=,b"},
    {"x in (,a)", "x in (,a)"},
    {"x in (a,)", "x in (,a)"},
    {"x in (a,,b)", "x in (,a,b)"},
    {"example.com/a_b.C-d in (v)", "example.com/a_b.C-d in (v)"},
    {"in in (in,notin)", "in in (in,notin)"},
    {"!in", "!in"},
    {"a\n=\tb", "a=b"},
  };
  for (auto& c : cases) {
    auto selector = label_selector::parse(c.text);
    ASSERT_TRUE(selector) << c.text << ": " << selector.error().message;
    EXPECT_EQ(selector->text(), c.canonical) << c.text;
  }
}

TEST(label_selector, complains_in_the_words_of_the_parser) {
  struct { std::string text, message; } cases[] = {
    {"a b", "unable to parse requirement: found 'b', expected: in, notin, =, ==, !=, gt, lt"},
    {"a=b c", "found 'c', expected: ',' or 'end of string'"},
    {"a,", "found '', expected: identifier after ','"},
    {",a", "found ',', expected: !, identifier, or 'end of string'"},
    {"a=b=c", "found '=', expected: ',' or 'end of string'"},
    {"a in b", "unable to parse requirement: found 'b' expected: '('"},
    {"a in (b", "unable to parse requirement: found '', expected: ',' or ')'"},
    {"a in (=)", "unable to parse requirement: found '=', expected: ',', ')' or identifier"},
    {"a in (b,=)", "unable to parse requirement: found '=', expected: ',', or identifier"},
    {"a==(", "unable to parse requirement: found '(', expected: identifier"},
    {"!=a", "found '!=', expected: !, identifier, or 'end of string'"},
    {"!!a", "unable to parse requirement: found '!', expected: identifier"},
    {"a in ()", "unable to parse requirement: values: Invalid value: []string{}: for 'in', 'notin' operators, values "
                "set can't be empty"},
    {"a>x", "unable to parse requirement: values[0]: Invalid value: \"x\": for 'Gt', 'Lt' operators, the value must be "
            "an integer"},
    {"a@=b", "unable to parse requirement: <nil>: Invalid value: \"a@\": name part must consist of alphanumeric "
             "characters, '-', '_' or '.', and must start and end with an alphanumeric character (e.g. 'MyName',  or "
             "'my.name',  or '123-abc', regex used for validation is '([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]')"},
    {"a=-", "unable to parse requirement: values[0][a]: Invalid value: \"-\": a valid label must be an empty string or "
            "consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric "
            "character (e.g. 'MyValue',  or 'my_value',  or '12345', regex used for validation is "
            "'(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])?')"},
  };
  for (auto& c : cases) {
    auto selector = label_selector::parse(c.text);
    ASSERT_FALSE(selector) << c.text;
    EXPECT_EQ(selector.error().message, c.message) << c.text;
    EXPECT_EQ(selector.error().code, 400);
  }
}

TEST(label_selector, matches_as_the_conventions_say) {
  auto object = labels(R"({"app":"web","tier":"front","size":"7"})");
  struct { std::string text; bool matches; } cases[] = {
    {"", true},
    {"app=web", true},
    {"app=db", false},
    {"app!=db", true},
    {"missing!=x", true},
    {"app in (db,web)", true},
    {"app notin (db,web)", false},
    {"missing notin (a)", true},
    {"app,tier", true},
    {"!app", false},
    {"!missing", true},
    {"size>6,size<8", true},
    {"size>7", false},
    {"app>1", false},
    {"missing<1", false},
    {"app=web,tier=back", false},
  };
  for (auto& c : cases) EXPECT_EQ(label_selector::parse(c.text)->matches(object), c.matches) << c.text;
  EXPECT_FALSE(label_selector::nothing().matches(object));
  EXPECT_TRUE(label_selector().matches(object));
}

TEST(label_selector, comes_from_the_document_form) {
  auto document = labels(R"({"matchLabels":{"b":"2","a":"1"},"matchExpressions":[
    {"key":"c","operator":"In","values":["y","x"]},{"key":"d","operator":"NotIn","values":["z"]},
    {"key":"e","operator":"Exists"},{"key":"f","operator":"DoesNotExist"}]})");
  EXPECT_EQ(label_selector::from_document(&document)->text(), "a=1,b=2,c in (x,y),d notin (z),e,!f");
  json::object empty;
  EXPECT_TRUE(label_selector::from_document(&empty)->selects_everything());
  EXPECT_FALSE(label_selector::from_document(nullptr)->matches(empty));
  EXPECT_FALSE(label_selector::from_document(nullptr)->selects_everything());
  auto wrong = labels(R"({"matchExpressions":[{"key":"a","operator":"Near"}]})");
  EXPECT_EQ(label_selector::from_document(&wrong).error().message, "\"Near\" is not a valid label selector operator");
  auto bare = labels(R"({"matchExpressions":[{"key":"a","operator":"In"}]})");
  EXPECT_FALSE(label_selector::from_document(&bare));
  EXPECT_EQ(label_selector::from_map(labels(R"({"a":"1"})")).text(), "a=1");
}

TEST(label_selector, any_text_is_answered_and_the_canonical_form_is_stable) {
  std::mt19937 random(11);
  constexpr std::string_view pieces[] = {"a", "b-c", "=", "==", "!=", "!", ",", "(", ")", " in ", " notin ", ">", "<",
                                         " ", "1", "/", "x.y", "\t", "\xff"};
  int accepted = 0;
  for (int i = 0; i < 50'000; ++i) {
    std::string text;
    for (auto length = random() % 10; length > 0; --length) text += pieces[random() % std::size(pieces)];
    auto selector = label_selector::parse(text);
    if (!selector) continue;
    ++accepted;
    auto again = label_selector::parse(selector->text());
    ASSERT_TRUE(again) << text;
    EXPECT_EQ(again->text(), selector->text()) << text;
  }
  EXPECT_GT(accepted, 500);
}

} // namespace

} // namespace troupe::api
