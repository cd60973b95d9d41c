#include "policies/routing/request_path.hpp"
#include <gtest/gtest.h>

namespace troupe::policies::routing {
namespace {

struct path_case {
  std::string name, path;
  request_path want;
};

TEST(parse_path, finds_what_a_path_means) {
  const path_case cases[] = {
    {.name = "a collection in a namespace", .path = "/api/v1/namespaces/a/pods",
     .want = {.is_resource = true, .version = "v1", .ns = "a", .resource = "pods"}},
    {.name = "a collection over all namespaces", .path = "/apis/apps/v1/deployments/",
     .want = {.is_resource = true, .group = "apps", .version = "v1", .resource = "deployments"}},
    {.name = "a subresource", .path = "/api/v1/namespaces/a/pods/p/log",
     .want = {.is_resource = true, .version = "v1", .ns = "a", .resource = "pods", .name = "p", .subresource = "log"}},
    {.name = "a namespace is in itself", .path = "/api/v1/namespaces/a",
     .want = {.is_resource = true, .version = "v1", .ns = "a", .resource = "namespaces", .name = "a"}},
    {.name = "a namespace's subresource is no resource in it", .path = "/api/v1/namespaces/a/finalize",
     .want = {.is_resource = true, .version = "v1", .ns = "a", .resource = "namespaces", .name = "a",
              .subresource = "finalize"}},
    {.name = "all namespaces", .path = "/api/v1/namespaces",
     .want = {.is_resource = true, .version = "v1", .resource = "namespaces"}},
    {.name = "the path behind a proxy", .path = "/api/v1/namespaces/a/pods/p:80/proxy/x/y",
     .want = {.is_resource = true, .version = "v1", .ns = "a", .resource = "pods", .name = "p:80",
              .subresource = "proxy", .rest = "/x/y"}},
    {.name = "the old watch form", .path = "/api/v1/watch/namespaces/a/pods",
     .want = {.is_resource = true, .version = "v1", .ns = "a", .resource = "pods", .watch_prefix = true}},
    {.name = "a group version is discovery", .path = "/apis/apps/v1", .want = {}},
    {.name = "health is no resource", .path = "/healthz/ping", .want = {}},
  };
  for (auto& c : cases) {
    auto got = parse_path(c.path);
    ASSERT_TRUE(got) << c.name;
    EXPECT_EQ(got->is_resource, c.want.is_resource) << c.name;
    if (!c.want.is_resource) continue;
    EXPECT_EQ(got->group, c.want.group) << c.name;
    EXPECT_EQ(got->version, c.want.version) << c.name;
    EXPECT_EQ(got->ns, c.want.ns) << c.name;
    EXPECT_EQ(got->resource, c.want.resource) << c.name;
    EXPECT_EQ(got->name, c.want.name) << c.name;
    EXPECT_EQ(got->subresource, c.want.subresource) << c.name;
    EXPECT_EQ(got->rest, c.want.rest) << c.name;
    EXPECT_EQ(got->watch_prefix, c.want.watch_prefix) << c.name;
  }
}

TEST(parse_path, refuses_dots_and_empty_segments) {
  for (auto path : {"/api/v1/namespaces/../pods", "/api/v1/namespaces/./pods", "/api//v1/pods"})
    EXPECT_FALSE(parse_path(path)) << path;
}

TEST(verb_of, follows_method_name_and_watch) {
  request_path many{.is_resource = true, .resource = "pods"}, one{.is_resource = true, .resource = "pods", .name = "p"};
  EXPECT_EQ(verb_of("GET", many, false), "list");
  EXPECT_EQ(verb_of("GET", many, true), "watch");
  EXPECT_EQ(verb_of("GET", one, false), "get");
  EXPECT_EQ(verb_of("HEAD", one, false), "get");
  EXPECT_EQ(verb_of("DELETE", many, false), "deletecollection");
  EXPECT_EQ(verb_of("DELETE", one, false), "delete");
  EXPECT_EQ(verb_of("PUT", one, false), "update");
  EXPECT_EQ(verb_of("POST", many, false), "create");
  EXPECT_EQ(verb_of("GET", {}, false), "get");
  EXPECT_EQ(verb_of("BREW", one, false), "");
}

} // namespace
} // namespace troupe::policies::routing
