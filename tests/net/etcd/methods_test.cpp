#include "net/etcd/methods.hpp"
#include <gtest/gtest.h>

namespace troupe::net::etcd {
namespace {

TEST(methods_test, are_found_by_their_whole_path_only) {
  EXPECT_EQ(find_method("/etcdserverpb.KV/Put"), method::put);
  EXPECT_EQ(find_method("/etcdserverpb.Watch/Watch"), method::watch);
  EXPECT_EQ(find_method("/etcdserverpb.Cluster/MemberAdd"), method::refused);
  EXPECT_EQ(find_method("/etcdserverpb.Maintenance/MoveLeader"), method::move_leader);
  for (auto* path : {"", "/", "KV/Put", "/etcdserverpb.KV/", "/etcdserverpb.KV/Puts", "/etcdserverpb.KV/Pu",
                     "/etcdserverpb.Auth/AuthStatus", "/v3lockpb.Lock/Lock"})
    EXPECT_FALSE(find_method(path).has_value()) << path;
}

} // namespace
} // namespace troupe::net::etcd
