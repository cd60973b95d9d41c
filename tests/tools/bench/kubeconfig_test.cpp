#include "net/certificates/base64.hpp"
#include "tools/bench/kubeconfig.hpp"
#include <gtest/gtest.h>

using namespace troupe::tools::bench;

namespace {

const std::string config = R"(
apiVersion: v1
kind: Config
current-context: main
contexts:
- {name: main, context: {cluster: here, user: admin}}
- {name: other, context: {cluster: there, user: robot}}
- {name: plugin, context: {cluster: here, user: cloud}}
- {name: lost, context: {cluster: nowhere, user: admin}}
- {name: nobody, context: {cluster: plain}}
- {name: spoiled, context: {cluster: spoiled}}
clusters:
- {name: here, cluster: {server: "https://127.0.0.1:7443", certificate-authority-data: Q0E=}}
- name: there
  cluster:
    server: https://[::1]/k8s/
    certificate-authority: ca.crt
    insecure-skip-tls-verify: true
    tls-server-name: api
- {name: plain, cluster: {server: "http://localhost:8080"}}
- {name: spoiled, cluster: {server: "https://x", certificate-authority-data: "***"}}
users:
- {name: admin, user: {client-certificate-data: Q1JU, client-key: /keys/admin.key}}
- {name: robot, user: {tokenFile: token}}
- {name: cloud, user: {exec: {command: login}}}
)";

tl::expected<std::string, std::string> read(const std::string& path) {
  if (path == "/keys/admin.key") return "KEY";
  if (path == "/home/.kube/ca.crt") return "CA-FILE";
  if (path == "/home/.kube/token") return "secret\n";
  return tl::unexpected("cannot read " + path);
}

auto parse(const std::string& context, const std::string& text = config) {
  return parse_kubeconfig(text, context, "/home/.kube", read);
}

} // namespace

TEST(kubeconfig, takes_the_current_context_with_embedded_and_named_files) {
  const auto got = parse("");
  ASSERT_TRUE(got) << got.error();
  EXPECT_EQ(got->url(), "https://127.0.0.1:7443");
  EXPECT_EQ(got->ca_pem, "CA");
  EXPECT_EQ(got->certificate_pem, "CRT");
  EXPECT_EQ(got->key_pem, "KEY");
  EXPECT_TRUE(got->verify);
  EXPECT_TRUE(got->tls);
}

TEST(kubeconfig, file_names_count_from_the_kubeconfig) {
  const auto got = parse("other");
  ASSERT_TRUE(got) << got.error();
  EXPECT_EQ(got->url(), "https://[::1]:443/k8s");
  EXPECT_EQ(got->ca_pem, "CA-FILE");
  EXPECT_EQ(got->token, "secret");
  EXPECT_EQ(got->server_name, "api");
  EXPECT_FALSE(got->verify);
}

TEST(kubeconfig, a_context_without_user_is_anonymous) {
  const auto got = parse("nobody");
  ASSERT_TRUE(got) << got.error();
  EXPECT_FALSE(got->tls);
  EXPECT_TRUE(got->token.empty() && got->certificate_pem.empty());
}

TEST(kubeconfig, says_what_is_wrong) {
  struct test_case {
    std::string context, text, error;
  };
  for (const auto& c : std::vector<test_case>{
           {"plugin", config, "its user needs another program to log in; use --token or a client certificate"},
           {"lost", config, "cluster \"nowhere\" is not there"},
           {"missing", config, "context \"missing\" is not there"},
           {"spoiled", config, "certificate-authority-data is not base64"},
           {"", "- a list", "it is not a mapping"},
           {"", "kind: Config", "it has no current-context"}}) {
    const auto got = parse(c.context, c.text);
    ASSERT_FALSE(got) << c.context;
    EXPECT_EQ(got.error(), c.error);
  }
  const auto no_yaml = parse("", "a: [1");
  ASSERT_FALSE(no_yaml);
  EXPECT_TRUE(no_yaml.error().starts_with("it is not YAML")) << no_yaml.error();
}

TEST(kubeconfig, a_server_must_be_a_url) {
  EXPECT_FALSE(parse_server("127.0.0.1:6443"));
  EXPECT_FALSE(parse_server(""));
  EXPECT_EQ(parse_server("http://a/")->url(), "http://a:80");
}
