#include "tests/support/api_fixture.hpp"

namespace troupe::actors::apiserver {
namespace {

struct pool_test : api_fixture {
  reply make(const std::string& name, const std::string& more = {}) {
    return call(create(
        admin(), config_maps,
        object(R"({"kind":"ConfigMap","apiVersion":"v1","metadata":{"namespace":"a",)" + name + "}" + more + "}")));
  }
};

TEST_F(pool_test, what_was_created_can_be_read_at_once) {
  start_api();
  auto made = make(R"("name":"x")", R"(,"data":{"k":"1"})");
  ASSERT_EQ(made.code, 201) << made.message();
  auto read = call(get(admin(), config_maps, {"a", "x"}));
  ASSERT_EQ(read.code, 200);
  EXPECT_EQ(api::string_at(read.object->body(), {"data", "k"}), "1");
  EXPECT_EQ(read.object->revision(), made.object->revision());
}

TEST_F(pool_test, failures_are_replies_with_kubernetes_words) {
  start_api();
  make(R"("name":"x")");
  EXPECT_EQ(make(R"("name":"x")").message(), "configmaps \"x\" already exists");
  EXPECT_EQ(call(get(admin(), config_maps, {"a", "none"})).message(), "configmaps \"none\" not found");
  EXPECT_EQ(call(create(admin(), config_maps, object(R"({"metadata":{"name":"x","namespace":"nowhere"}})"))).message(),
            "namespaces \"nowhere\" not found");
  EXPECT_EQ(call(get(admin(), {"", "v1", "nonsense"}, {"a", "x"})).code, 404);
}

TEST_F(pool_test, a_stale_update_conflicts_and_an_unversioned_one_wins) {
  start_api();
  auto first = make(R"("name":"x")");
  auto document = api::json::object(first.object->body());
  document["data"] = {{"k", "2"}};
  ASSERT_EQ(call(update(admin(), config_maps, document)).code, 200);
  document["data"] = {{"k", "3"}};
  auto stale = call(update(admin(), config_maps, document));
  EXPECT_EQ(stale.code, 409);
  EXPECT_EQ(stale.reason(), "Conflict");
  api::erase_at(document, {"metadata", "resourceVersion"});
  EXPECT_EQ(call(update(admin(), config_maps, document)).code, 200);
}

TEST_F(pool_test, writes_of_one_object_queue_up_instead_of_colliding) {
  start_api();
  make(R"("name":"x")");
  constexpr int writers = 20;
  for (int i = 0; i < writers; ++i) {
    auto patch = object(R"({"data":{"k)" + std::to_string(i) + R"(":"v"}})");
    self->send(caf::actor_cast<caf::actor>(api), call_atom::value,
               merge_patch(admin(), config_maps, {"a", "x"}, patch));
  }
  pass(std::chrono::milliseconds(500));
  for (int i = 0; i < writers; ++i)
    self->receive([](shared<reply>& r) { EXPECT_EQ(r->code, 200) << r->message(); },
                  caf::after(std::chrono::milliseconds(0)) >> [] { FAIL(); });
  auto all = call(get(admin(), config_maps, {"a", "x"}));
  EXPECT_EQ(api::object_at(all.object->body(), {"data"})->size(), static_cast<std::size_t>(writers))
      << "no update was lost";
}

TEST_F(pool_test, pages_of_a_list_show_one_revision) {
  start_api();
  for (int i = 0; i < 5; ++i) make(R"("name":"x)" + std::to_string(i) + "\"");
  auto page = *list(admin(), config_maps, "a");
  page.query["limit"] = "2";
  std::vector<std::string> names;
  std::int64_t revision = 0;
  for (int pages = 0; pages < 5; ++pages) {
    auto r = call(share(apiserver::call(page)));
    ASSERT_EQ(r.code, 200) << r.message();
    if (pages == 0) {
      revision = r.revision;
      EXPECT_EQ(r.remaining, 3);
      make(R"("name":"x0later")"); // Between the pages: must not show.
    }
    EXPECT_EQ(r.revision, revision);
    for (auto& item : r.items) names.emplace_back(item->name());
    if (r.continue_token.empty()) break;
    page.query["continue"] = r.continue_token;
  }
  EXPECT_EQ(names, (std::vector<std::string>{"x0", "x1", "x2", "x3", "x4"}));
}

TEST_F(pool_test, a_finalizer_holds_an_object_until_it_is_taken_away) {
  start_api();
  make(R"("name":"x","finalizers":["a.b/c"])");
  EXPECT_EQ(call(remove(admin(), config_maps, {"a", "x"})).code, 200);
  auto held = call(get(admin(), config_maps, {"a", "x"}));
  ASSERT_EQ(held.code, 200);
  EXPECT_TRUE(held.object->deleting());
  EXPECT_EQ(call(merge_patch(admin(), config_maps, {"a", "x"}, object(R"({"metadata":{"finalizers":null}})"))).code,
            200);
  EXPECT_EQ(call(get(admin(), config_maps, {"a", "x"})).code, 404);
}

TEST_F(pool_test, deletecollection_takes_what_the_selector_selects) {
  start_api();
  make(R"("name":"x","labels":{"kill":"me"})");
  make(R"("name":"y")");
  auto c = *list(admin(), config_maps, "a");
  c.what = verb::remove_collection;
  c.query["labelSelector"] = "kill=me";
  EXPECT_EQ(call(share(std::move(c))).items.size(), 1u);
  EXPECT_EQ(call(get(admin(), config_maps, {"a", "x"})).code, 404);
  EXPECT_EQ(call(get(admin(), config_maps, {"a", "y"})).code, 200);
}

TEST_F(pool_test, a_dry_run_leaves_nothing) {
  start_api();
  auto c = *create(admin(), config_maps, object(R"({"metadata":{"namespace":"a","name":"x"}})"));
  c.query["dryRun"] = "All";
  EXPECT_EQ(call(share(std::move(c))).code, 201);
  EXPECT_EQ(call(get(admin(), config_maps, {"a", "x"})).code, 404);
}

} // namespace
} // namespace troupe::actors::apiserver
