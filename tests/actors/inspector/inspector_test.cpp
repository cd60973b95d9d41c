#include "actors/inspector/inspector.hpp"
#include "actors/supervisor/supervisor.hpp"
#include "tests/support/actor_fixture.hpp"
#include <caf/forwarding_actor_proxy.hpp>
#include <caf/make_actor.hpp>
#include <caf/node_id.hpp>
#include <caf/scoped_execution_unit.hpp>
#include <gmock/gmock.h>
#include <spdlog/spdlog.h>

namespace troupe::actors::inspector {
namespace {

namespace json = api::json;
using namespace std::chrono_literals;

struct silent_state { static inline const char* name = "silent"; caf::response_promise open; };
caf::behavior silent(stateful<silent_state>* self) {
  return {[=](call_atom, const std::string&) { return self->state.open = self->make_response_promise(); },
          [=](stop_atom) { self->quit(make_error(errc::storage_failed)); }};
}

struct inspector_test : actor_fixture {
  inspector_actor one = own(sys.spawn(inspector, dir, inspector_config{1, "host1"}));

  /// The answer to a question of another node's inspector.
  json::object ask(const json::object& question, caf::timespan wait = 0s) {
    self->send(one, call_atom::value, json::serialize(question));
    run();
    pass(wait);
    json::object out;
    self->receive([&](const std::string& text) { out = json::parse(text).as_object(); },
                  [&](caf::error& e) { ADD_FAILURE() << text_of(e); },
                  caf::after(0s) >> [] { ADD_FAILURE() << "no answer"; });
    return out;
  }
  policies::inspection::node_sample actors(bool all = false) {
    return policies::inspection::read_node(ask({{"what", "actors"}, {"all", all}}));
  }
  static const policies::inspection::actor_sample* find(const policies::inspection::node_sample& s,
                                                        std::string_view name) {
    for (auto& a : s.actors)
      if (a.shown_name() == name) return &a;
    return nullptr;
  }
};

TEST_F(inspector_test, every_actor_is_shown_with_its_roles_but_the_inspector_only_if_asked_for) {
  start_store();
  auto s = actors();
  EXPECT_EQ(s.name, "host1");
  EXPECT_GT(s.memory_bytes, 0U);
  auto* store = find(s, "store");
  ASSERT_TRUE(store);
  EXPECT_THAT(store->roles, testing::Contains("store/0"));
  EXPECT_GT(store->handled, 0U);
  EXPECT_GT(store->p99_ns, 0U);
  EXPECT_FALSE(find(s, "inspector"));
  auto whole = actors(true);
  ASSERT_TRUE(find(whole, "inspector"));
  EXPECT_THAT(find(whole, "inspector")->roles, testing::ElementsAre("inspector", "inspector/1"));
}

TEST_F(inspector_test, a_child_is_shown_by_its_label_with_its_restarts_and_the_error_before) {
  supervisor::supervisor_config c{"top", {}};
  auto child = std::make_shared<caf::actor>();
  c.children.push_back({.name = "child/a", .make = [=](caf::event_based_actor* parent) {
                          return *child = parent->spawn(silent);
                        }});
  auto top = own(sys.spawn(supervisor::supervisor, c));
  run();
  caf::anon_send(*child, stop_atom::value);
  run();
  pass(2s);
  auto s = actors();
  auto* a = find(s, "child/a");
  ASSERT_TRUE(a);
  EXPECT_EQ(a->name, "silent");
  EXPECT_EQ(a->parent, top.id());
  EXPECT_EQ(a->restarts, 1U);
  EXPECT_THAT(a->last_error, testing::HasSubstr("storage failed"));
  *child = nullptr;
  auto told = ask({{"what", "actor"}, {"id", top.id()}});
  EXPECT_EQ(api::string_at(told, {"state", "name"}), "top");
  EXPECT_EQ(api::array_at(told, {"children"})->size(), 1U);
  caf::anon_send(top, stop_atom::value);
  run();
}

TEST_F(inspector_test, what_a_supervisor_makes_can_be_made_anew_and_nothing_else) {
  supervisor::supervisor_config c{"top", {}};
  c.children.push_back(
    {.name = "child/a", .make = [](caf::event_based_actor* parent) { return parent->spawn(silent); }});
  auto top = own(sys.spawn(supervisor::supervisor, c));
  auto stray = own(sys.spawn(silent));
  run();
  auto before = find(actors(), "child/a")->id;
  auto told = ask({{"what", "restart"}, {"id", before}, {"by", "jane"}}, 1s);
  EXPECT_THAT(api::string_at(told, {"done"}), testing::HasSubstr("child/a"));
  auto s = actors();
  auto* fresh = find(s, "child/a");
  ASSERT_TRUE(fresh);
  EXPECT_NE(fresh->id, before);
  EXPECT_THAT(fresh->last_error, testing::HasSubstr("restarted by jane"));
  EXPECT_THAT(api::string_at(ask({{"what", "restart"}, {"id", stray.id()}}), {"error"}),
              testing::HasSubstr("no supervisor"));
  EXPECT_THAT(api::string_at(ask({{"what", "restart"}, {"id", before}}), {"error"}), testing::HasSubstr("no actor"));
  caf::anon_send(top, stop_atom::value);
  run();
}

/// A remote actor, as a link makes one for each that it hears of.
caf::actor stranger(caf::actor_system& system, const caf::actor& answers_go_to) {
  caf::actor_config config;
  auto elsewhere = *caf::make_node_id(4711, "0123456789abcdef0123456789abcdef01234567");
  return caf::make_actor<caf::forwarding_actor_proxy, caf::actor>(77, elsewhere, &system, config, answers_go_to);
}

TEST_F(inspector_test, only_the_inspectors_of_control_plane_nodes_are_answered) {
  auto post = own(sys.spawn(silent));
  auto far = stranger(sys, post);
  auto before = spdlog::get_level();
  roster all(2);
  all[0].id = 1, all[0].name = "host1";
  all[1].id = 2, all[1].name = "host2";
  auto ask_to_change_it = [&](bool control_plane, bool known) {
    all[1].control_plane = control_plane;
    self->send(one, roster_atom::value, share(roster(all)));
    run();
    auto player = known ? caf::actor_cast<caf::strong_actor_ptr>(far) : nullptr;
    self->send(one, peer_atom::value, std::string("inspector/2"), player);
    run();
    spdlog::set_level(before);
    caf::send_as(far, one, call_atom::value, R"({"what": "logLevel", "level": "critical", "by": "mallory"})");
    run();
    auto changed = spdlog::get_level() == spdlog::level::critical;
    spdlog::set_level(before);
    return changed;
  };
  EXPECT_FALSE(ask_to_change_it(true, false)) << "nobody knows it";
  EXPECT_FALSE(ask_to_change_it(false, true)) << "a worker";
  EXPECT_TRUE(ask_to_change_it(true, true));
}

TEST_F(inspector_test, the_log_level_is_one_that_exists) {
  auto before = spdlog::get_level();
  auto told = ask({{"what", "logLevel"}, {"level", "loud"}});
  EXPECT_THAT(api::string_at(told, {"error"}), testing::HasSubstr("\"loud\" is no log level"));
  EXPECT_EQ(spdlog::get_level(), before);
  EXPECT_EQ(api::string_at(ask({{"what", "logLevel"}, {"level", "error"}}), {"error"}), "");
  EXPECT_EQ(spdlog::get_level(), spdlog::level::err);
  spdlog::set_level(before);
}

TEST_F(inspector_test, an_actor_that_does_not_tell_its_state_is_shown_with_what_is_known) {
  auto other = own(sys.spawn(silent));
  auto told = ask({{"what", "actor"}, {"id", other.id()}});
  EXPECT_EQ(api::string_at(told, {"actor", "name"}), "silent");
  EXPECT_EQ(api::string_at(told, {"stateError"}), "actors of this kind do not tell their state");
  told = ask({{"what", "actor"}, {"id", 999'999}});
  EXPECT_EQ(api::string_at(told, {"error"}), "no actor 999999 lives there");
}

TEST_F(inspector_test, the_store_is_told_with_its_term_and_indexes) {
  EXPECT_EQ(api::string_at(ask({{"what", "store"}}), {"error"}), "it has no store");
  start_store();
  auto told = ask({{"what", "store"}});
  auto* shards = api::array_at(told, {"shards"});
  ASSERT_TRUE(shards);
  EXPECT_TRUE(api::bool_at((*shards)[0], {"leading"}));
  EXPECT_GT(api::int_at((*shards)[0], {"appliedIndex"}), 0);
}

TEST_F(inspector_test, a_question_that_is_not_understood_is_answered_with_an_error) {
  EXPECT_THAT(api::string_at(ask({{"what", "future"}}), {"error"}), testing::HasSubstr("\"future\""));
  EXPECT_FALSE(api::string_at(ask({}), {"error"}).empty());
}

using lines = std::shared_ptr<std::vector<std::string>>;
struct notebook_state { static inline const char* name = "notebook"; };
caf::behavior notebook(stateful<notebook_state>*, lines to) {
  return {[=](data_atom, const std::string& line) { to->push_back(line); },
          [=](data_atom, const object_handle& o) { to->push_back(std::string(o->name())); }};
}

struct trace_test : inspector_test {
  lines written = std::make_shared<std::vector<std::string>>();
  caf::actor book = own(sys.spawn(notebook, written));

  void write(const std::string& line) { self->send(book, data_atom::value, line); }
  json::array found(json::object conditions = {}, std::string_view session = "s") {
    conditions["what"] = "trace";
    conditions["session"] = session;
    auto told = ask(conditions);
    EXPECT_EQ(api::string_at(told, {"error"}), "");
    auto* all = api::array_at(told, {"messages"});
    dropped += api::int_at(told, {"dropped"});
    return all ? *all : json::array();
  }
  json::object order(std::string_view what, std::uint64_t id, std::int64_t seconds = 60) {
    return ask({{"what", what}, {"id", id}, {"seconds", seconds}, {"by", "jane"}});
  }
  std::int64_t dropped = 0;
};

TEST_F(trace_test, a_message_is_shown_with_its_receiver_sender_and_type_but_not_what_it_says) {
  run();
  json::object of_book{{"actor", book.id()}};
  EXPECT_TRUE(found(of_book).empty());
  write("the secret");
  run();
  auto all = found(of_book);
  ASSERT_EQ(all.size(), 1U);
  EXPECT_EQ(api::int_at(all[0], {"receiver", "id"}), static_cast<std::int64_t>(book.id()));
  EXPECT_EQ(api::string_at(all[0], {"receiver", "name"}), "notebook");
  EXPECT_EQ(api::int_at(all[0], {"sender", "id"}), static_cast<std::int64_t>(self->id()));
  EXPECT_EQ(api::string_at(all[0], {"type"}), "data(string)");
  EXPECT_EQ(api::int_at(all[0], {"bytes"}), 10);
  EXPECT_TRUE(api::find(all[0], {"waitedNs"}));
  EXPECT_THAT(json::serialize(all), testing::Not(testing::HasSubstr("secret")));
  EXPECT_TRUE(found(of_book).empty()) << "each once";
}

TEST_F(trace_test, messages_are_found_by_kind_type_and_object) {
  auto thing = [](const char* name) {
    return object_handle(api::object::make({{"metadata", json::object{{"namespace", "shop"}, {"name", name}}}}));
  };
  found({{"role", "notebook"}}, "role");
  found({{"type", "object"}}, "type");
  found({{"object", "shop/b"}}, "object");
  found({{"role", "somebody"}}, "nobody");
  self->send(book, data_atom::value, thing("a"));
  self->send(book, data_atom::value, thing("b"));
  write("c");
  run();
  EXPECT_EQ(found({{"role", "notebook"}}, "role").size(), 3U);
  EXPECT_EQ(found({{"type", "object"}}, "type").size(), 2U);
  auto just_b = found({{"object", "shop/b"}}, "object");
  ASSERT_EQ(just_b.size(), 1U);
  EXPECT_EQ(json::serialize(just_b[0].at("objects")), "[\"shop/b\"]");
  EXPECT_EQ(found({{"role", "somebody"}}, "nobody").size(), 0U);
}

TEST_F(trace_test, more_than_the_limit_is_dropped_and_counted) {
  found({{"limit", 10}, {"role", "notebook"}});
  for (int i = 0; i < 2'000; ++i) write("x");
  run();
  auto all = found({{"role", "notebook"}}).size();
  EXPECT_GE(all, 5U);
  EXPECT_LT(all, 1'000U);
  EXPECT_EQ(static_cast<std::int64_t>(all) + dropped, 2'000);
  EXPECT_EQ(written->size(), 2'000U) << "a trace changes nothing";
}

TEST_F(trace_test, a_trace_that_nobody_asks_for_ends) {
  for (auto* session : {"a", "b", "c", "d"}) found({}, session);
  auto refused = ask({{"what", "trace"}, {"session", "e"}});
  EXPECT_THAT(api::string_at(refused, {"error"}), testing::HasSubstr("4 traces already"));
  pass(3s);
  found({}, "a");
  pass(3s);
  write("x");
  run();
  EXPECT_FALSE(found({}, "a").empty()) << "it was asked for in time";
  for (auto* session : {"b", "c", "d"}) EXPECT_TRUE(found({}, session).empty()) << "begun anew";
}

TEST_F(trace_test, actors_that_come_later_are_traced_as_well_and_the_inspector_never) {
  found();
  auto late = own(sys.spawn(notebook, written));
  self->send(late, data_atom::value, "x");
  run();
  std::set<std::int64_t> receivers;
  for (auto& m : found()) receivers.insert(api::int_at(m, {"receiver", "id"}));
  EXPECT_TRUE(receivers.contains(static_cast<std::int64_t>(late.id())));
  EXPECT_FALSE(receivers.contains(static_cast<std::int64_t>(one.id())));
}

TEST_F(trace_test, a_paused_actor_keeps_its_mail_in_order_until_it_is_resumed) {
  run();
  EXPECT_THAT(api::string_at(order("pause", book.id()), {"done"}), testing::HasSubstr("is paused for 60 seconds"));
  for (auto* line : {"1", "2", "3"}) write(line);
  self->send<caf::message_priority::high>(book, data_atom::value, "urgent");
  run();
  EXPECT_TRUE(written->empty());
  EXPECT_EQ(find(actors(), "notebook")->mailbox, 4U);
  EXPECT_THAT(api::string_at(order("resume", book.id()), {"done"}), testing::HasSubstr("goes on"));
  run();
  EXPECT_THAT(*written, testing::UnorderedElementsAre("1", "2", "3", "urgent"));
  std::erase(*written, "urgent");
  EXPECT_THAT(*written, testing::ElementsAre("1", "2", "3"));
  write("4");
  run();
  EXPECT_EQ(written->back(), "4");
  EXPECT_THAT(api::string_at(order("resume", book.id()), {"error"}), testing::HasSubstr("is not paused"));
  pass(61s); // The lease comes to an end when nobody is held any more.
  write("5");
  run();
  EXPECT_EQ(written->back(), "5");
}

TEST_F(trace_test, a_pause_ends_by_itself_and_lasts_longer_if_it_is_renewed) {
  run();
  order("pause", book.id(), 10);
  write("1");
  pass(8s);
  order("pause", book.id(), 10);
  pass(8s);
  EXPECT_TRUE(written->empty());
  pass(3s);
  EXPECT_THAT(*written, testing::ElementsAre("1"));
}

TEST_F(trace_test, an_actor_that_is_paused_can_be_ended) {
  run();
  order("pause", book.id());
  caf::anon_send_exit(book, caf::exit_reason::kill);
  run();
  EXPECT_FALSE(find(actors(), "notebook"));
  pass(61s);
}

TEST_F(trace_test, whom_others_need_to_go_on_is_not_paused) {
  start_store();
  for (auto* kind : {"store", "directory"}) {
    auto s = actors();
    auto* a = find(s, kind);
    ASSERT_TRUE(a) << kind;
    EXPECT_THAT(api::string_at(order("pause", a->id), {"error"}), testing::HasSubstr("is never paused")) << kind;
  }
  EXPECT_THAT(api::string_at(order("pause", one.id()), {"error"}), testing::HasSubstr("is never paused"));
  EXPECT_THAT(api::string_at(order("pause", book.id(), 0), {"error"}), testing::HasSubstr("1 to 600 seconds"));
  EXPECT_THAT(api::string_at(order("pause", 999'999), {"error"}), testing::HasSubstr("no actor"));
}

struct gathering_test : inspector_test {
  json::array gather(std::string_view node = {}, caf::timespan wait = 0s) {
    json::array out;
    bool done = false;
    auto* asker = caf::actor_cast<inspector_state::self_pointer>(one);
    caf::scoped_execution_unit here(&sys); // As if it ran.
    asker->context(&here);
    asker->state.gather({{"what", "store"}}, node, [&](json::array all) {
      out = std::move(all);
      done = true;
    });
    asker->context(nullptr);
    run();
    pass(wait);
    EXPECT_TRUE(done);
    return out;
  }
  void nodes(std::vector<std::pair<std::uint64_t, std::string>> all) {
    roster r;
    for (auto& [id, name] : all) {
      policies::cluster::node_record n;
      n.id = id;
      n.name = name;
      r.push_back(n);
    }
    self->send(one, roster_atom::value, share(std::move(r)));
    run();
  }
  void link(std::uint64_t node, const caf::strong_actor_ptr& to) {
    caf::anon_send(dir, offer_atom::value, "inspector/" + std::to_string(node), to, node);
    run();
  }
};

TEST_F(gathering_test, all_nodes_answer_in_their_order_and_who_is_not_reached_is_told) {
  auto far = own(sys.spawn(directory::directory));
  auto two = own(sys.spawn(inspector, far, inspector_config{2, "host2"}));
  nodes({{3, "host3"}, {2, "host2"}, {1, "host1"}});
  link(2, caf::actor_cast<caf::strong_actor_ptr>(two));
  auto all = gather();
  ASSERT_EQ(all.size(), 3U);
  EXPECT_EQ(api::string_at(all[0], {"name"}), "host1");
  EXPECT_EQ(api::string_at(all[1], {"name"}), "host2");
  EXPECT_EQ(api::string_at(all[1], {"error"}), "it has no store");
  EXPECT_EQ(api::string_at(all[2], {"error"}), "there is no link to it");
  EXPECT_EQ(gather("host2").size(), 1U);
  EXPECT_EQ(gather("nobody").size(), 0U);
  nodes({{1, "host1"}});
  EXPECT_EQ(gather().size(), 1U) << "who was removed is not asked";
}

TEST_F(gathering_test, a_node_that_is_silent_does_not_hold_up_the_others_for_long) {
  auto mute = own(sys.spawn(silent));
  nodes({{1, "host1"}, {2, "host2"}});
  link(2, caf::actor_cast<caf::strong_actor_ptr>(mute));
  auto all = gather({}, 4s);
  ASSERT_EQ(all.size(), 2U);
  EXPECT_FALSE(api::string_at(all[1], {"error"}).empty());
}

} // namespace
} // namespace troupe::actors::inspector
