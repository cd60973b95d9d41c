#include "policies/oci/image.hpp"
#include <gtest/gtest.h>
#include <random>

namespace troupe::policies::oci {
namespace {

const std::string a = "sha256:" + std::string(64, 'a'), b = "sha256:" + std::string(64, 'b');
const std::string index_text =
    R"({"schemaVersion":2,"manifests":[{"mediaType":"application/vnd.oci.image.manifest.v1+json",
  "digest":")" +
    a + R"(","size":7,"platform":{"architecture":"arm64","os":"linux"},
  "annotations":{"org.opencontainers.image.ref.name":"bb:1"}}]})";
const std::string manifest_text = R"({"config":{"mediaType":"c","digest":")" + a + R"(","size":3},
  "layers":[{"mediaType":"l","digest":")" + b + R"(","size":9}]})";
const std::string config_text = R"({"architecture":"amd64","config":{"Cmd":["sh"],"Entrypoint":null,"Env":["A=b"],
  "WorkingDir":"/w","User":"web","StopSignal":"SIGINT","Volumes":{"/v":{}}},"rootfs":{"type":"layers","diff_ids":[")" +
                                a + R"("]}})";

TEST(image, documents_are_read) {
  auto index = parse_index(index_text);
  ASSERT_TRUE(index) << index.error();
  EXPECT_EQ(index->manifests.at(0).digest, a);
  EXPECT_EQ(index->manifests.at(0).name, "bb:1");
  EXPECT_EQ(index->manifests.at(0).architecture, "arm64");
  auto manifest = parse_manifest(manifest_text);
  ASSERT_TRUE(manifest) << manifest.error();
  EXPECT_EQ(manifest->config.digest, a);
  EXPECT_EQ(manifest->layers.at(0).size, 9u);
  auto config = parse_config(config_text);
  ASSERT_TRUE(config) << config.error();
  EXPECT_EQ(config->run.cmd, std::vector<std::string>{"sh"});
  EXPECT_TRUE(config->run.entrypoint.empty());
  EXPECT_EQ(config->run.user, "web");
  EXPECT_EQ(config->run.stop_signal, "SIGINT");
  EXPECT_EQ(config->run.volumes, std::vector<std::string>{"/v"});
  EXPECT_EQ(config->diff_ids, std::vector<std::string>{a});
}

TEST(image, dockers_archive_lists_its_images) {
  auto saved = parse_saved(R"([{"Config":"c.json","RepoTags":["busybox:1.35"],"Layers":["x/layer.tar"]}])");
  ASSERT_TRUE(saved) << saved.error();
  EXPECT_EQ(saved->at(0).tags, std::vector<std::string>{"busybox:1.35"});
  EXPECT_EQ(saved->at(0).layers, std::vector<std::string>{"x/layer.tar"});
  EXPECT_TRUE(parse_saved(R"([{"Config":"c.json","RepoTags":null,"Layers":[]}])"));
  EXPECT_FALSE(parse_saved(R"([{"Config":"../c.json","Layers":[]}])"));
  EXPECT_FALSE(parse_saved(R"([{"Config":"c","Layers":["a/../../etc/shadow"]}])"));
  EXPECT_FALSE(parse_saved(R"({"Config":"c"})"));
}

TEST(image, documents_with_digests_that_are_paths_are_refused) {
  EXPECT_FALSE(parse_manifest(R"({"config":{"digest":"sha256:../../../etc/passwd"},"layers":[]})"));
  EXPECT_FALSE(parse_index(R"({"manifests":[{"digest":"md5:1"}]})"));
  EXPECT_FALSE(parse_config(R"({"rootfs":{"diff_ids":["/x"]}})"));
  EXPECT_FALSE(parse_manifest(R"({"layers":[]})"));
  EXPECT_FALSE(parse_index("[]"));
}

TEST(image, names_of_annotations_are_completed) {
  EXPECT_EQ(name_of_annotation("bb"), "docker.io/library/bb:latest");
  EXPECT_EQ(name_of_annotation("docker.io/library/busybox:1.35"), "docker.io/library/busybox:1.35");
  EXPECT_EQ(name_of_annotation(""), "");
}

TEST(image, damaged_documents_are_read_without_harm) {
  std::mt19937_64 random(11);
  for (int i = 0; i < 5'000; ++i)
    for (auto* source : {&index_text, &manifest_text, &config_text}) {
      auto text = *source;
      for (auto n = random() % 6; n > 0; --n) text[random() % text.size()] = static_cast<char>(random());
      (void)parse_index(text), (void)parse_manifest(text), (void)parse_config(text), (void)parse_saved(text);
    }
}

} // namespace
} // namespace troupe::policies::oci
