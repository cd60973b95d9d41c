#include "tools/troupe/discovery.hpp"
#include "actors/join/answering.hpp"
#include "policies/joining/join_string.hpp"
#include <CLI/CLI.hpp>
#include <boost/asio/post.hpp>
#include <filesystem>
#include <fstream>
#include <gmock/gmock.h>
#include <net/if.h>

namespace troupe::tools {
namespace {

using namespace std::chrono_literals;
using actors::join::answering;
using testing::HasSubstr;
namespace fs = std::filesystem;
namespace discovery = net::discovery;
namespace joining = policies::joining;

std::string new_secret() { return discovery::make_secret(net::certificates::system_random()); }

/// A network of loopback alone.
struct discovery_test : testing::Test {
  discovery::keys keys = discovery::parse_secret(new_secret()).value();
  discovery::search_config how{{.port = 0, .interfaces = {if_nametoindex("lo")}}, 20ms, 20s};
  std::vector<std::unique_ptr<answering>> clusters;
  std::unique_ptr<boost::asio::io_context> other_context;
  std::optional<discovery::listener> other;
  std::thread other_thread;

  void cluster(char ca, std::vector<std::string> addresses, const discovery::keys& with) {
    auto made = answering::start(with, std::string(64, ca), std::string("cluster-") + ca, how.where);
    ASSERT_TRUE(made.has_value()) << made.error();
    (*made)->publish(std::move(addresses));
    how.where.port = (*made)->port();
    clusters.push_back(std::move(*made));
  }
  /// Somebody else who answers, too.
  void stranger(std::function<std::string(std::string_view)> say) {
    other_context = std::make_unique<boost::asio::io_context>(1);
    auto heard = discovery::listener::open(
      *other_context, how.where,
      [say](std::string_view query, const std::string&, auto) -> std::optional<std::string> { return say(query); });
    ASSERT_TRUE(heard.has_value()) << heard.error();
    how.where.port = heard->port();
    other.emplace(std::move(*heard));
    other_thread = std::thread([this] { other_context->run(); });
  }
  ~discovery_test() override {
    if (!other_thread.joinable()) return;
    boost::asio::post(*other_context, [this] { other.reset(); });
    other_thread.join();
  }
  static discovery::nonce nonce_of(std::string_view query) {
    discovery::nonce n{};
    std::copy_n(query.begin() + 6, n.size(), n.begin());
    return n;
  }
};

TEST_F(discovery_test, finds_the_cluster_that_knows_the_secret) {
  cluster('a', {"10.0.0.1:6443", "no-address", "10.0.0.2:6443"}, keys);
  cluster('b', {"10.0.0.9:6443"}, discovery::parse_secret(new_secret()).value());
  auto found = discover(keys, how);
  ASSERT_TRUE(found.has_value()) << found.error();
  auto s = joining::parse_join_string(found->join);
  ASSERT_TRUE(s.has_value()) << s.error();
  EXPECT_EQ(*s, (joining::join_string{{{"10.0.0.1", 6443}, {"10.0.0.2", 6443}}, std::string(64, 'a'), keys.token_id,
                                      keys.token_secret}));
  EXPECT_THAT(found->where, HasSubstr("cluster-a at 10.0.0.1:6443, 10.0.0.2:6443"));
}

TEST_F(discovery_test, who_forges_answers_lures_nobody_and_is_counted) {
  auto stolen = keys;
  stolen.answer = std::string(32, 'x');
  stranger([stolen](std::string_view query) {
    return discovery::encode_answer(nonce_of(query), {std::string(64, 'f'), "trap", {"10.0.0.66:6443"}}, stolen.answer);
  });
  auto alone = how;
  alone.limit = 200ms;
  auto nobody = discover(keys, alone);
  ASSERT_FALSE(nobody.has_value());
  EXPECT_THAT(nobody.error(), HasSubstr("another secret"));
  cluster('a', {"10.0.0.1:6443"}, keys);
  auto found = discover(keys, how);
  ASSERT_TRUE(found.has_value()) << found.error();
  EXPECT_EQ(joining::parse_join_string(found->join)->ca, std::string(64, 'a'));
  EXPECT_THAT(found->where, HasSubstr("were ignored"));
}

TEST_F(discovery_test, an_answer_that_was_overheard_earlier_does_not_count) {
  auto old = discovery::encode_answer({7}, {std::string(64, 'f'), "old", {"10.0.0.66:6443"}}, keys.answer);
  stranger([old](std::string_view) { return old; });
  how.limit = 200ms;
  auto found = discover(keys, how);
  ASSERT_FALSE(found.has_value());
  EXPECT_THAT(found.error(), HasSubstr("for other queries"));
}

TEST_F(discovery_test, two_clusters_with_one_secret_are_told_and_none_is_taken) {
  cluster('a', {"10.0.0.1:6443"}, keys);
  cluster('b', {"10.0.0.2:6443"}, keys);
  auto found = discover(keys, how);
  ASSERT_FALSE(found.has_value());
  EXPECT_THAT(found.error(), HasSubstr("cluster-a at 10.0.0.1:6443"));
  EXPECT_THAT(found.error(), HasSubstr("cluster-b at 10.0.0.2:6443"));
}

struct discovery_secret_test : testing::Test {
  fs::path dir = fs::path(testing::TempDir()) / "troupe-discovery-secret";
  discovery_secret_test() { fs::create_directories(dir); }
  ~discovery_secret_test() override {
    forget_discovery_secret();
    fs::remove_all(dir);
  }
  start_settings with_file(const std::string& text, fs::perms mode = fs::perms::owner_read) const {
    start_settings s;
    s.discovery_secret_file = (dir / "secret").string();
    fs::remove(s.discovery_secret_file);
    std::ofstream(s.discovery_secret_file) << text;
    fs::permissions(s.discovery_secret_file, mode);
    return s;
  }
};

TEST_F(discovery_secret_test, comes_from_a_file_or_the_environment_or_is_none) {
  EXPECT_FALSE(discovery_keys({}).value().has_value());
  auto text = new_secret(), other = new_secret();
  setenv("TROUPE_DISCOVERY_SECRET", other.c_str(), 1);
  EXPECT_EQ(discovery_keys({}).value()->token_id, discovery::parse_secret(other)->token_id);
  EXPECT_EQ(discovery_keys(with_file(text + "\n")).value()->token_id, discovery::parse_secret(text)->token_id);
  forget_discovery_secret();
  EXPECT_EQ(std::getenv("TROUPE_DISCOVERY_SECRET"), nullptr);
  EXPECT_FALSE(discovery_keys({}).value().has_value());
}

TEST_F(discovery_secret_test, what_cannot_be_one_is_refused_with_its_place) {
  auto file = (dir / "secret").string();
  for (auto mode : {fs::perms::others_read, fs::perms::others_write})
    EXPECT_THAT(discovery_keys(with_file(new_secret(), fs::perms::owner_read | mode)).error(),
                HasSubstr("chmod 600 " + file));
  EXPECT_THAT(discovery_keys(with_file("geheim")).error(), HasSubstr(file));
  EXPECT_THAT(discovery_keys(with_file("")).error(), HasSubstr("troupe token discovery-secret"));
  setenv("TROUPE_DISCOVERY_SECRET", "geheim", 1);
  EXPECT_THAT(discovery_keys({}).error(), HasSubstr("TROUPE_DISCOVERY_SECRET: "));
  start_settings none;
  none.discovery_secret_file = (dir / "none").string();
  EXPECT_THAT(discovery_keys(none).error(), HasSubstr("none"));
}

TEST_F(discovery_secret_test, no_flag_takes_it) {
  CLI::App app;
  start_settings s;
  declare_node(app, s);
  for (auto* option : app.get_options())
    EXPECT_NE(option->get_single_name(), "discovery-secret");
  app.parse(std::vector<std::string>{"5", "--discover-seconds", "--discover"});
  EXPECT_TRUE(s.discover);
  EXPECT_EQ(s.discover_s, 5U);
  CLI::App again;
  declare_node(again, s);
  EXPECT_THROW(again.parse(std::vector<std::string>{"0", "--discover-seconds"}), CLI::ParseError);
}

} // namespace
} // namespace troupe::tools
