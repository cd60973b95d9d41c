#include "tools/store/snapshot.hpp"
#include "tests/tools/store/sample.hpp"
#include "tests/tools/store/scratch.hpp"

namespace troupe::tools::store {
namespace {

/// A store with three writes, and what the commands say.
class snapshot_test : public ::testing::Test {
protected:
  void SetUp() override {
    source.emplace(dir / "data");
    source->put("a", "1");
    source->put("b", "2");
    source->put("a", "3");
  }
  int save(const snapshot_settings& s) { return save_snapshot(s, 1'700'000'000, out, err); }
  std::string status_of(const std::string& file) {
    std::ostringstream text;
    EXPECT_EQ(show_snapshot({.file = file, .format = "json"}, text, err), 0) << err.str();
    return text.str();
  }
  test::scratch dir;
  std::optional<test::serving> source;
  std::ostringstream out, err;
};

TEST_F(snapshot_test, of_a_running_and_of_the_stopped_store_have_the_same_content) {
  ASSERT_EQ(save({.file = dir / "running", .endpoint = source->endpoint()}), 0) << err.str();
  EXPECT_NE(out.str().find("revision 4, 2 keys"), std::string::npos) << out.str();
  source.reset();
  ASSERT_EQ(save({.file = dir / "stopped", .data_dir = dir / "data"}), 0) << err.str();
  auto hash = [&](const char* file) {
    auto text = status_of(dir / file);
    EXPECT_NE(text.find("\"revision\":4,\"totalKey\":2,"), std::string::npos) << text;
    return text.substr(0, text.find(','));
  };
  EXPECT_EQ(hash("running"), hash("stopped"));
  EXPECT_NE(status_of(dir / "stopped").find("\"taken\":\"2023-11-14T22:13:20Z\""), std::string::npos);
}

TEST_F(snapshot_test, a_store_begins_anew_where_the_backup_ends) {
  ASSERT_EQ(save({.file = dir / "s", .endpoint = source->endpoint()}), 0) << err.str();
  source->put("later", "x");
  source.reset();
  ASSERT_EQ(restore_snapshot({.file = dir / "s", .data_dir = dir / "new", .revisions_ahead = 100}, out, err), 0)
    << err.str();
  EXPECT_NE(out.str().find("2 keys, next revision 105"), std::string::npos) << out.str();
  {
    test::serving again(dir / "new");
    EXPECT_EQ(again.list(), "a=3@4 b=2@3 at 104");
    again.put("c", "4");
  }
  test::serving again(dir / "new");
  EXPECT_EQ(again.list(), "a=3@4 b=2@3 c=4@105 at 105") << "also after another restart";
}

TEST_F(snapshot_test, a_store_in_use_is_not_opened_and_a_target_in_use_not_touched) {
  EXPECT_EQ(save({.file = dir / "s", .data_dir = dir / "data"}), 1);
  EXPECT_NE(err.str().find("in use by another process"), std::string::npos) << err.str();
  EXPECT_NE(err.str().find("--endpoint"), std::string::npos) << "the remedy";
  EXPECT_FALSE(std::filesystem::exists(dir / "s"));
  ASSERT_EQ(save({.file = dir / "s", .endpoint = source->endpoint()}), 0);
  EXPECT_EQ(restore_snapshot({.file = dir / "s", .data_dir = dir / "data"}, out, err), 1);
  EXPECT_NE(err.str().find("is not empty"), std::string::npos);
  EXPECT_EQ(source->list(), "a=3@4 b=2@3 at 4");
}

TEST_F(snapshot_test, a_damaged_backup_is_refused_and_leaves_nothing) {
  ASSERT_EQ(save({.file = dir / "s", .endpoint = source->endpoint()}), 0);
  auto bytes = test::read(dir / "s");
  test::write(dir / "cut", bytes.substr(0, bytes.size() / 2));
  bytes[60] = static_cast<char>(bytes[60] ^ 1);
  test::write(dir / "changed", bytes);
  test::write(dir / "foreign", "hello");
  for (auto* name : {"cut", "changed", "foreign", "missing"}) {
    err.str("");
    EXPECT_EQ(show_snapshot({.file = dir / name}, out, err), 1) << name;
    EXPECT_EQ(restore_snapshot({.file = dir / name, .data_dir = dir / "new"}, out, err), 1) << name;
    EXPECT_TRUE(err.str().starts_with("error: ")) << err.str();
    EXPECT_FALSE(std::filesystem::exists(dir / "new")) << name;
  }
}

TEST_F(snapshot_test, it_must_be_said_where_from) {
  EXPECT_EQ(save({.file = dir / "s"}), 1);
  EXPECT_NE(err.str().find("--endpoint of a running store, or --data-dir"), std::string::npos);
  EXPECT_EQ(save({.file = dir / "s", .data_dir = dir / "none"}), 1);
  EXPECT_NE(err.str().find("there is no store in"), std::string::npos);
}

} // namespace
} // namespace troupe::tools::store
