#include "policies/oci/identity.hpp"
#include <gtest/gtest.h>

namespace troupe::policies::oci {
namespace {

constexpr auto passwd = "root:x:0:0:root:/root:/bin/sh\nbroken\nweb:x:1000:100::/home/web:/bin/sh\n";
constexpr auto group = "root:x:0:\nusers:x:100:\naudio:x:29:root,web\nvideo:x:44:web\n";

TEST(identity, the_security_context_goes_before_the_image) {
  struct {
    std::string_view name, image_user;
    security secure;
    std::uint32_t uid, gid;
    std::vector<std::uint32_t> groups;
  } cases[] = {
    {"nothing said: root", "", {}, 0, 0, {29}},
    {"a name of the image", "web", {}, 1000, 100, {29, 44}},
    {"a number of the image", "1000", {}, 1000, 100, {29, 44}},
    {"a number that the image does not know", "4711", {}, 4711, 0, {}},
    {"name and group", "web:audio", {}, 1000, 29, {29, 44}},
    {"numbers", "5:6", {}, 5, 6, {}},
    {"runAsUser", "web", {.run_as_user = 0}, 0, 0, {29}},
    {"runAsUser takes the group of its account", "", {.run_as_user = 1000}, 1000, 100, {29, 44}},
    {"runAsUser forgets the image's group", "root:video", {.run_as_user = 7}, 7, 0, {}},
    {"runAsGroup alone", "web", {.run_as_group = 5}, 1000, 5, {29, 44}},
    {"supplemental groups are added once", "web", {.supplemental_groups = {44, 2000}}, 1000, 100, {29, 44, 2000}},
  };
  for (auto& c : cases) {
    auto got = resolve_identity(c.image_user, c.secure, passwd, group);
    ASSERT_TRUE(got) << c.name << ": " << got.error();
    EXPECT_EQ(got->uid, c.uid) << c.name;
    EXPECT_EQ(got->gid, c.gid) << c.name;
    EXPECT_EQ(got->groups, c.groups) << c.name;
  }
}

TEST(identity, an_unknown_name_is_an_error) {
  EXPECT_EQ(resolve_identity("bob", {}, passwd, group).error(),
            "unable to find user bob: no matching entries in passwd file");
  EXPECT_EQ(resolve_identity("web:nobody", {}, passwd, group).error(),
            "unable to find group nobody: no matching entries in group file");
  EXPECT_FALSE(resolve_identity("bob", {}, "", ""));
  EXPECT_TRUE(resolve_identity("", {}, "", ""));
}

} // namespace
} // namespace troupe::policies::oci
