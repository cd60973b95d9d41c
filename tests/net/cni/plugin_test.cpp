#include "net/cni/plugin.hpp"
#include <filesystem>
#include <fstream>
#include <gtest/gtest.h>
#include <sstream>
#include <unistd.h>

namespace troupe::net::cni {
namespace {

/// Plugins that are shell scripts and keep a diary.
struct plugin_test : testing::Test {
  std::filesystem::path dir = std::filesystem::temp_directory_path() / ("cni-test-" + std::to_string(::getpid()));
  bridge_network network{"n", "b", "10.0.0.0/24", "/d"};
  attachment pod{.id = "s1", .netns = "/n"};
  void SetUp() override { std::filesystem::create_directories(dir); }
  void TearDown() override { std::filesystem::remove_all(dir); }
  void script(const std::string& name, const std::string& body) {
    std::ofstream(dir / name) << "#!/bin/sh\necho " << name << " $CNI_COMMAND $CNI_CONTAINERID >> " << dir.string()
                              << "/diary\n"
                              << body;
    std::filesystem::permissions(dir / name, std::filesystem::perms::owner_all);
  }
  std::string diary() {
    std::ifstream in(dir / "diary");
    std::ostringstream out;
    out << in.rdbuf();
    return out.str();
  }
  const std::string fine = R"(cat > /dev/null; echo '{"ips":[{"address":"10.0.0.2/24"}]}')";
  const std::string broken =
      R"(cat > /dev/null; [ $CNI_COMMAND = DEL ] && exit 0; echo '{"code":11,"msg":"kaputt"}'; exit 1)";
};

TEST_F(plugin_test, a_pod_is_attached_with_its_ports_and_detached_in_reverse_order) {
  script("bridge", fine);
  script("portmap", "cat > /dev/null");
  plugins p(dir.string());
  auto r = p.add(network, {{"tcp", 80, 80, ""}}, pod);
  ASSERT_TRUE(r) << r.error();
  EXPECT_EQ(r->ips, std::vector<std::string>{"10.0.0.2"});
  EXPECT_TRUE(p.remove(network, {{"tcp", 80, 80, ""}}, pod, r->document));
  EXPECT_EQ(diary(), "bridge ADD s1\nportmap ADD s1\nportmap DEL s1\nbridge DEL s1\n");
}

TEST_F(plugin_test, what_was_done_is_undone_when_a_plugin_fails) {
  script("bridge", fine);
  script("portmap", broken);
  auto r = plugins(dir.string()).add(network, {{"tcp", 80, 80, ""}}, pod);
  EXPECT_EQ(r.error(), "plugin type=\"portmap\" failed: kaputt");
  EXPECT_EQ(diary(), "bridge ADD s1\nportmap ADD s1\nportmap DEL s1\nbridge DEL s1\n");
}

TEST_F(plugin_test, a_failed_attachment_gives_its_address_back) {
  script("bridge", broken);
  EXPECT_EQ(plugins(dir.string()).add(network, {}, pod).error(), "plugin type=\"bridge\" failed: kaputt");
  EXPECT_EQ(diary(), "bridge ADD s1\nbridge DEL s1\n");
}

TEST_F(plugin_test, a_missing_plugin_is_an_error) {
  EXPECT_FALSE(plugins(dir.string()).add(network, {}, pod));
}

} // namespace
} // namespace troupe::net::cni
