#include "local_registry.hpp"
#include "machine_fixture.hpp"
#include <algorithm>
#include <fmt/format.h>
#include <optional>

namespace troupe::actors::runtime {
namespace {

struct pull_test : machine_fixture {
  void SetUp() override {
    machine_fixture::SetUp();
    if (IsSkipped()) return;
    if (!local_registry::installed()) GTEST_SKIP() << "needs docker-registry";
    registry.emplace(directory, local_registry::access::open);
    registry->push("oci:" + directory + "/L:bb", "library/bb:1");
    port = registry->port();
  }
  void TearDown() override {
    registry.reset();
    machine_fixture::TearDown();
  }
  std::string why(const std::string& name, std::vector<credentials> secrets = {}) {
    return failure(runtime.images, pull_atom::value, share(pull_request{.image = name, .secrets = std::move(secrets)}));
  }
  std::optional<local_registry> registry;
  int port = 0;
};

TEST_F(pull_test, an_image_comes_from_a_registry_and_runs) {
  auto name = fmt::format("127.0.0.1:{}/library/bb:1", port);
  EXPECT_FALSE(ask<shared<image_info>>(runtime.images, status_atom::value, name));
  auto image = ask<shared<image_info>>(runtime.images, pull_atom::value, share(pull_request{.image = name}));
  ASSERT_TRUE(image);
  EXPECT_EQ(std::count(image->tags.begin(), image->tags.end(), name), 1);
  ASSERT_EQ(image->digests.size(), 1u);
  EXPECT_TRUE(ask<shared<image_info>>(runtime.images, status_atom::value, image->digests[0]));
  auto s = ask<shared<sandbox_status>>(runtime.pods, run_atom::value, share(pod("p1")));
  auto c = container("a", {"true"});
  c.image = name;
  c.image_ref = image->id;
  auto end = wait_for_exit(start(s->id, c));
  EXPECT_EQ(end.exit_code, 0);
  EXPECT_EQ(end.image_ref, image->digests[0]);
  auto by_digest =
      ask<shared<image_info>>(runtime.images, pull_atom::value, share(pull_request{.image = image->digests[0]}));
  EXPECT_EQ(by_digest->id, image->id);
}

TEST_F(pull_test, failures_have_the_words_that_users_of_kubernetes_know) {
  auto missing = fmt::format("127.0.0.1:{}/library/bb:2", port);
  EXPECT_NE(
      why(missing).find(fmt::format("rpc error: code = NotFound desc = failed to pull and unpack image \"{0}\": failed "
                                    "to resolve reference \"{0}\": {0}: not found",
                                    missing)),
      std::string::npos)
      << why(missing);
  EXPECT_NE(why(fmt::format("127.0.0.1:{}/none:1", port)).find(": not found"), std::string::npos);
  auto closed = why(fmt::format("127.0.0.1:{}/a:1", local_registry::free_port()));
  EXPECT_NE(closed.find("failed to do request:"), std::string::npos) << closed;
  EXPECT_NE(closed.find("connection refused"), std::string::npos) << closed;
  EXPECT_NE(why("Not A Name").find("couldn't parse image name"), std::string::npos);
}

TEST_F(pull_test, a_registry_with_a_password_wants_the_right_secret) {
  registry.reset();
  registry.emplace(directory, local_registry::access::password);
  auto name = registry->push("oci:" + directory + "/L:bb", "team/bb:1");
  auto refused = why(name);
  EXPECT_NE(refused.find("failed to resolve reference \"" + name + "\""), std::string::npos) << refused;
  EXPECT_NE(refused.find("pull access denied, repository does not exist or may require authorization"),
            std::string::npos)
      << refused;
  credentials wrong{local_registry::user, "wrong"}, right{local_registry::user, local_registry::password};
  auto denied = why(name, {wrong});
  EXPECT_NE(denied.find("may require authorization"), std::string::npos) << denied;
  auto image = ask<shared<image_info>>(runtime.images, pull_atom::value,
                                       share(pull_request{.image = name, .secrets = {wrong, right}}));
  ASSERT_TRUE(image);
  EXPECT_EQ(std::count(image->tags.begin(), image->tags.end(), name), 1);
}

} // namespace
} // namespace troupe::actors::runtime
