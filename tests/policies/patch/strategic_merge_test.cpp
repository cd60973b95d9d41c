#include "policies/patch/strategic_merge.hpp"
#include <gtest/gtest.h>
#include <random>

namespace troupe::policies::patch {

namespace {

/// A schema of one level that refers to itself: `things` merges by name, `names` as a set, `atoms` is replaced.
merge_field lookup(const void* node, std::string_view field) {
  merge_rules self{node, lookup};
  if (field == "things") return {true, "name", "[]Thing", self};
  if (field == "names") return {true, "", "[]string", {}};
  if (field == "keyless") return {true, "", "[]Keyless", self};
  return {false, "", "", self};
}
const int anything = 0;
const merge_rules rules{&anything, lookup};

struct merge_case {
  std::string name, document, patch, result;
};

TEST(strategic_merge, merges_as_apimachinery_does) {
  const merge_case cases[] = {
    {"members merge", R"({"a":1,"o":{"x":1,"y":2}})", R"({"b":2,"o":{"y":3}})", R"({"a":1,"b":2,"o":{"x":1,"y":3}})"},
    {"null removes", R"({"a":1,"o":{"x":1}})", R"({"a":null,"o":{"x":null}})", R"({"o":{}})"},
    {"nulls of a new object are dropped", "{}", R"({"o":{"x":null,"y":1}})", R"({"o":{"y":1}})"},
    {"a list without a strategy is replaced", R"({"atoms":[1,2]})", R"({"atoms":[3]})", R"({"atoms":[3]})"},
    {"scalars merge as a set", R"({"names":["a","b"]})", R"({"names":["c","a"]})", R"({"names":["c","a","b"]})"},
    {"items merge by key", R"({"things":[{"name":"a","v":1,"w":1},{"name":"b"}]})",
     R"({"things":[{"name":"a","v":2}]})", R"({"things":[{"name":"a","v":2,"w":1},{"name":"b"}]})"},
    {"new items come first where nothing says otherwise", R"({"things":[{"name":"a"}]})",
     R"({"things":[{"name":"z"}]})", R"({"things":[{"name":"z"},{"name":"a"}]})"},
    {"an item is deleted", R"({"things":[{"name":"a"},{"name":"b"}]})",
     R"({"things":[{"$patch":"delete","name":"a"}]})", R"({"things":[{"name":"b"}]})"},
    {"a list is replaced", R"({"things":[{"name":"a"},{"name":"b"}]})",
     R"({"things":[{"$patch":"replace"},{"name":"c"}]})", R"({"things":[{"name":"c"}]})"},
    {"an object is replaced", R"({"o":{"x":1}})", R"({"o":{"$patch":"replace","y":2}})", R"({"o":{"y":2}})"},
    {"an object is emptied", R"({"o":{"x":1}})", R"({"o":{"$patch":"delete"}})", R"({"o":{}})"},
    {"directives do not enter a new value", "{}",
     R"({"things":[{"$patch":"delete","name":"a"},{"name":"b","$setElementOrder/x":[]}]})",
     R"({"things":[{"name":"b"}]})"},
    {"retained keys", R"({"o":{"type":"a","x":1}})", R"({"o":{"$retainKeys":["type"],"type":"b","x":null}})",
     R"({"o":{"type":"b"}})"},
    {"scalars are deleted", R"({"names":["a","b","c"]})", R"({"$deleteFromPrimitiveList/names":["b","x"]})",
     R"({"names":["a","c"]})"},
    {"scalars are deleted from nothing", "{}", R"({"$deleteFromPrimitiveList/names":["b"]})", "{}"},
    {"items are ordered", R"({"things":[{"name":"a"},{"name":"b"},{"name":"c"}]})",
     R"({"$setElementOrder/things":[{"name":"c"},{"name":"a"}],"things":[{"name":"c","v":1}]})",
     R"({"things":[{"name":"b"},{"name":"c","v":1},{"name":"a"}]})"},
    {"order alone", R"({"names":["a","b"]})", R"({"$setElementOrder/names":["b","a"]})", R"({"names":["b","a"]})"},
    {"order of nothing", "{}", R"({"$setElementOrder/names":["b"]})", "{}"},
    {"order of a new list", "{}", R"({"$setElementOrder/names":["b","a"],"names":["b","a"]})",
     R"({"names":["b","a"]})"},
    {"order and deletion", R"({"things":[{"name":"a"},{"name":"b"}]})",
     R"({"$setElementOrder/things":[{"name":"b"}],"things":[{"$patch":"delete","name":"a"}]})",
     R"({"things":[{"name":"b"}]})"},
    {"order and removal of the list", R"({"names":["a"]})", R"({"$setElementOrder/names":[],"names":null})", "{}"},
    {"a change of shape takes the patch", R"({"a":[1]})", R"({"a":{"x":1}})", R"({"a":{"x":1}})"},
    {"items merge deeply", R"({"things":[{"name":"a","things":[{"name":"x","v":1}]}]})",
     R"({"things":[{"name":"a","things":[{"name":"x","w":2}]}]})",
     R"({"things":[{"name":"a","things":[{"name":"x","v":1,"w":2}]}]})"},
    {"a number is not its text", R"({"things":[{"name":80}]})", R"({"things":[{"name":"80"}]})",
     R"({"things":[{"name":"80"},{"name":80}]})"},
  };
  for (auto& c : cases) {
    auto out = apply_strategic_merge(json::parse(c.document), json::parse(c.patch), rules);
    ASSERT_TRUE(out) << c.name << ": " << out.error().message;
    EXPECT_EQ(*out, json::parse(c.result)) << c.name << ": " << json::serialize(*out);
  }
}

TEST(strategic_merge, complains_in_the_words_of_apimachinery) {
  const merge_case cases[] = {
    {"no merge key", R"({"things":[{"name":"a"}]})", R"({"things":[{"v":1}]})",
     "map: map[v:1] does not contain declared merge key: name"},
    {"no merge key to delete", R"({"things":[{"name":"a"}]})", R"({"things":[{"$patch":"delete"}]})",
     "map: map[$patch:delete] does not contain declared merge key: name"},
    {"unknown directive", R"({"o":{}})", R"({"o":{"$patch":"frob"}})",
     "unknown patch type: 'frob' in map: map[$patch:frob]"},
    {"merge of items", R"({"things":[{"name":"a"}]})", R"({"things":[{"name":"a","$patch":"merge"}]})",
     "merging lists cannot yet be specified in the patch"},
    {"retained keys are incomplete", R"({"o":{}})", R"({"o":{"$retainKeys":["a"],"b":1}})",
     "invalid patch format of retainKeys"},
    {"retained keys are no list", R"({"o":{}})", R"({"o":{"$retainKeys":1}})", "invalid patch format of retainKeys"},
    {"deletion names no list", R"({"names":[]})", R"({"$deleteFromPrimitiveList":["a"]})",
     "invalid patch format of primitive list"},
    {"order names no list", R"({"names":[]})", R"({"$setElementOrder":["a"]})",
     "invalid patch format of setElementOrder list"},
    {"order and patch differ", R"({"names":[]})", R"({"$setElementOrder/names":["a","b"],"names":["b","a"]})",
     "The order in patch list:\n[b a]\n doesn't match $setElementOrder list:\n[a b]\n"},
    {"objects without a key", R"({"keyless":[{"a":1}]})", R"({"keyless":[{"a":1}]})",
     "cannot merge lists without merge key for []Keyless"},
    {"mixed items", R"({"things":[{"name":"a"}]})", R"({"things":["a"]})", "list element types are not identical"},
  };
  for (auto& c : cases) {
    auto out = apply_strategic_merge(json::parse(c.document), json::parse(c.patch), rules);
    ASSERT_FALSE(out) << c.name;
    EXPECT_EQ(out.error().message, c.result) << c.name;
    EXPECT_EQ(out.error().code, 400) << c.name;
  }
  auto nested = apply_strategic_merge(json::parse(R"({"names":[]})"), json::parse(R"({"names":[[1]]})"), rules);
  EXPECT_EQ(nested.error().code, 422);
  EXPECT_EQ(apply_strategic_merge(json::object(), json::array(), rules).error().code, 400);
}

TEST(strategic_merge, an_update_that_changes_nothing_changes_nothing) {
  auto document = json::parse(R"({"things":[{"name":"b"},{"name":"a","names":["y","x"]}],"atoms":[3,1]})");
  auto out = apply_strategic_merge(document, document, rules);
  EXPECT_EQ(*out, document);
}

TEST(strategic_merge, a_large_list_merges_in_linear_time) {
  json::array live, patch;
  for (int i = 0; i < 20'000; ++i) {
    live.push_back(json::object{{"name", i}});
    patch.push_back(json::object{{"name", i}, {"v", 1}});
  }
  auto out = apply_strategic_merge(json::object{{"things", live}}, json::object{{"things", patch}}, rules);
  EXPECT_EQ(out->at("things").as_array().size(), 20'000u);
}

json::value random_value(std::mt19937& random, int depth) {
  constexpr std::string_view keys[] = {"things", "names", "atoms", "name", "$patch", "$retainKeys", "keyless",
                                       "$setElementOrder/things", "$deleteFromPrimitiveList/names",
                                       "$setElementOrder", "o"};
  constexpr std::string_view words[] = {"delete", "replace", "merge", "a", "b", "name"};
  switch (random() % (depth > 0 ? 6 : 3)) {
    case 0: return nullptr;
    case 1: return json::value(words[random() % std::size(words)]);
    case 2: return 1;
    case 3: {
      json::array out;
      for (auto n = random() % 4; n > 0; --n) out.push_back(random_value(random, depth - 1));
      return out;
    }
    default: {
      json::object out;
      for (auto n = random() % 5; n > 0; --n) out[keys[random() % std::size(keys)]] = random_value(random, depth - 1);
      return out;
    }
  }
}

TEST(strategic_merge, any_pair_of_documents_gets_an_answer) {
  std::mt19937 random(23);
  int merged = 0;
  for (int i = 0; i < 30'000; ++i) {
    json::value document = random_value(random, 4), patch = random_value(random, 4);
    if (document.is_object() && patch.is_object()) merged += apply_strategic_merge(document, patch, rules) ? 1 : 0;
  }
  EXPECT_GT(merged, 1000);
}

} // namespace

} // namespace troupe::policies::patch
