#include "tests/integration/etcd/program.hpp"
#include <csignal>
#include <gmock/gmock.h>
#include <fmt/format.h>

namespace troupe::tests::etcd {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

/// Debian's client, which matches on etcd's own texts.
class etcdctl_test : public ::testing::Test {
protected:
  void SetUp() override { ASSERT_TRUE(server.start()); }
  std::string ctl(const std::string& arguments, const std::string& input = "") {
    return server.ctl(arguments, input).text;
  }
  void fill() {
    for (auto* kv : {"a 3", "b 1", "c 2", "b 4"}) ASSERT_EQ(ctl(fmt::format("put {}", kv)), "OK\n");
  }
  std::string lease(int seconds) {
    auto text = ctl(fmt::format("lease grant {}", seconds));
    return text.substr(6, 16);
  }
  program server;
};

TEST_F(etcdctl_test, gets_by_key_prefix_range_revision_and_limit) {
  fill();
  EXPECT_EQ(ctl("get a"), "a\n3\n");
  EXPECT_EQ(ctl("get a c"), "a\n3\nb\n4\n");
  EXPECT_EQ(ctl("get --prefix \"\""), "a\n3\nb\n4\nc\n2\n");
  EXPECT_EQ(ctl("get --from-key b"), "b\n4\nc\n2\n");
  EXPECT_EQ(ctl("get b --rev=3"), "b\n1\n");
  EXPECT_EQ(ctl("get --prefix \"\" --limit=2"), "a\n3\nb\n4\n");
  EXPECT_EQ(ctl("get --prefix \"\" --keys-only"), "a\n\nb\n\nc\n\n");
  EXPECT_EQ(ctl("get b --consistency=s --print-value-only"), "4\n");
  EXPECT_THAT(ctl("get --prefix \"\" --limit=1 -w fields"), HasSubstr("\"Count\" : 3"));
}

TEST_F(etcdctl_test, sorts_by_every_target_in_both_orders) {
  fill();
  EXPECT_EQ(ctl("get --prefix \"\" --print-value-only --sort-by=VALUE"), "2\n3\n4\n");
  EXPECT_EQ(ctl("get --prefix \"\" --print-value-only --sort-by=MODIFY --order=DESCEND"), "4\n2\n3\n");
  EXPECT_EQ(ctl("get --prefix \"\" --print-value-only --sort-by=CREATE --order=DESCEND --limit=2"), "2\n4\n");
  EXPECT_EQ(ctl("get --prefix \"\" --print-value-only --sort-by=VERSION --order=DESCEND --limit=1"), "4\n");
  EXPECT_EQ(ctl("get --prefix \"\" --print-value-only --order=DESCEND"), "2\n4\n3\n");
}

TEST_F(etcdctl_test, deletes_and_shows_what_was_before) {
  fill();
  EXPECT_EQ(ctl("put a 5 --prev-kv"), "OK\na\n3\n");
  EXPECT_EQ(ctl("del b --prev-kv"), "1\nb\n4\n");
  EXPECT_EQ(ctl("del --prefix \"\""), "2\n");
  EXPECT_EQ(ctl("get --prefix \"\""), "");
}

TEST_F(etcdctl_test, transactions_take_the_branch_of_their_compares) {
  fill();
  EXPECT_THAT(ctl("txn", "value(\"a\") = \"3\"\\n\\nput a 9\\nget a\\n\\nput a 0\\n\\n"),
              HasSubstr("SUCCESS\n\nOK\n\na\n9"));
  EXPECT_THAT(ctl("txn", "version(\"b\") > \"2\"\\n\\nput a 9\\n\\ndel a\\n\\n"), HasSubstr("FAILURE\n\n1"));
  EXPECT_THAT(ctl("txn", "\\nput x 1\\nput x 2\\n\\n\\n"), HasSubstr("etcdserver: duplicate key given in txn request"));
}

TEST_F(etcdctl_test, watches_from_a_revision_with_the_version_before) {
  fill();
  ctl("del b");
  auto seen = shell("ETCDCTL_API=3 timeout 2 etcdctl --endpoints=" + server.endpoint() +
                    " watch --prefix b --rev=3 --prev-kv 2>&1").text;
  EXPECT_EQ(seen, "PUT\nb\n1\nPUT\nb\n1\nb\n4\nDELETE\nb\n4\nb\n\n");
}

TEST_F(etcdctl_test, leases_are_granted_kept_listed_and_revoked_with_their_keys) {
  auto id = lease(60);
  EXPECT_EQ(ctl("put l v --lease=" + id), "OK\n");
  EXPECT_THAT(ctl("lease timetolive " + id + " --keys"), HasSubstr("granted with TTL(60s), remaining("));
  EXPECT_THAT(ctl("lease timetolive " + id + " --keys"), HasSubstr("attached keys([l])"));
  EXPECT_EQ(ctl("lease list"), "found 1 leases\n" + id + "\n");
  EXPECT_EQ(ctl("lease keep-alive --once " + id), "lease " + id + " keepalived with TTL(60)\n");
  EXPECT_EQ(ctl("lease revoke " + id), "lease " + id + " revoked\n");
  EXPECT_EQ(ctl("get l"), "");
  EXPECT_EQ(ctl("lease timetolive " + id), "lease " + id + " already expired\n");
  EXPECT_THAT(ctl("lease revoke " + id), HasSubstr("etcdserver: requested lease not found"));
  EXPECT_THAT(ctl("put l v --lease=" + id), HasSubstr("etcdserver: requested lease not found"));
}

TEST_F(etcdctl_test, compaction_takes_the_past_away) {
  fill();
  EXPECT_EQ(ctl("compaction 4"), "compacted revision 4\n");
  EXPECT_THAT(ctl("compaction 4"), HasSubstr("etcdserver: mvcc: required revision has been compacted"));
  EXPECT_THAT(ctl("compaction 99"), HasSubstr("etcdserver: mvcc: required revision is a future revision"));
  EXPECT_THAT(ctl("get a --rev=2"), HasSubstr("etcdserver: mvcc: required revision has been compacted"));
  EXPECT_THAT(ctl("watch a --rev=2"), HasSubstr("required revision has been compacted"));
}

TEST_F(etcdctl_test, tells_its_state_and_gives_a_snapshot_away) {
  fill();
  EXPECT_THAT(ctl("endpoint health"), HasSubstr("is healthy"));
  EXPECT_THAT(ctl("endpoint status"), HasSubstr("true, false, "));
  EXPECT_THAT(ctl("member list"), HasSubstr("started, default"));
  EXPECT_EQ(ctl("alarm list"), "");
  EXPECT_THAT(ctl("defrag"), HasSubstr("Finished defragmenting"));
  auto before = ctl("endpoint hashkv");
  EXPECT_EQ(ctl("endpoint hashkv"), before);
  ctl("put a 4");
  EXPECT_NE(ctl("endpoint hashkv"), before);
  EXPECT_THAT(ctl("snapshot save " + server.dir() + "/s.db"), HasSubstr("Snapshot saved"));
}

TEST_F(etcdctl_test, a_table_of_the_state_names_the_member_and_changes_of_members_are_refused_with_the_reason) {
  auto table = ctl("endpoint status -w table");
  EXPECT_THAT(table, HasSubstr("| " + server.endpoint() + " | "));
  EXPECT_THAT(table, HasSubstr("|      true |      false |"));
  EXPECT_THAT(ctl("endpoint hashkv -w table"), HasSubstr("| " + server.endpoint() + " | "));
  auto members = ctl("member list -w table");
  EXPECT_THAT(members, HasSubstr("| started | default |"));
  auto added = server.ctl("member add x --peer-urls=http://127.0.0.1:1");
  EXPECT_NE(added.status, 0);
  EXPECT_THAT(added.text, HasSubstr("the members of this store change with the nodes of its cluster"));
}

TEST_F(etcdctl_test, a_snapshot_saved_by_the_client_of_etcd_becomes_a_new_store) {
  fill();
  auto file = server.dir() + "/s.db", target = server.dir() + "/restored";
  ctl("snapshot save " + file);
  auto state = shell(fmt::format("{} store snapshot status {} -o json", TROUPE_PROGRAM, file));
  EXPECT_THAT(state.text, HasSubstr("\"revision\":5,\"totalKey\":3,"));
  auto ours = shell(fmt::format("{} store snapshot save {}.2 --endpoint {}", TROUPE_PROGRAM, file, server.endpoint()));
  EXPECT_THAT(ours.text, HasSubstr("revision 5, 3 keys"));
  auto restored = shell(fmt::format("{} store snapshot restore {} --data-dir {} 2>&1", TROUPE_PROGRAM, file, target));
  ASSERT_EQ(restored.status, 0) << restored.text;
  program again;
  again.data_dir = target;
  ASSERT_TRUE(again.start());
  EXPECT_EQ(again.ctl("get --prefix \"\"").text, "a\n3\nb\n4\nc\n2\n");
  EXPECT_THAT(again.ctl("watch a --rev=5").text, HasSubstr("required revision has been compacted"));
}

TEST(etcd_quota_test, a_full_store_raises_its_alarm_and_clears_it_when_there_is_space) {
  program server({"--quota-bytes", "3000000"});
  ASSERT_TRUE(server.start());
  said last;
  for (int i = 0; i < 40 && last.text.find("exceeded") == std::string::npos; ++i)
    last = shell(fmt::format("head -c 200000 /dev/urandom | base64 -w0 | ETCDCTL_API=3 etcdctl --endpoints={} "
                             "put k{} 2>&1", server.endpoint(), i));
  EXPECT_THAT(last.text, HasSubstr("etcdserver: mvcc: database space exceeded"));
  EXPECT_THAT(server.ctl("alarm list").text, HasSubstr("alarm:NOSPACE"));
  EXPECT_THAT(server.ctl("endpoint status").text, HasSubstr("alarm:NOSPACE"));
  EXPECT_NE(server.ctl("put x 1").status, 0);
  EXPECT_NE(server.ctl("del --prefix k").text, "0\n");
  auto status = server.ctl("get x -w fields").text;
  auto at = status.find("\"Revision\" : ");
  ASSERT_NE(at, std::string::npos) << status;
  auto revision = status.substr(at + 13, status.find('\n', at) - at - 13);
  EXPECT_EQ(server.ctl("compaction " + revision).status, 0);
  std::string alarms = "?";
  for (int i = 0; i < 60 && !alarms.empty(); ++i)
    alarms = shell("sleep 0.5; ETCDCTL_API=3 etcdctl --endpoints=" + server.endpoint() + " alarm list").text;
  EXPECT_EQ(alarms, "");
  EXPECT_EQ(server.ctl("put x 1").text, "OK\n");
}

TEST_F(etcdctl_test, locks_and_elects) {
  EXPECT_THAT(ctl("lock l echo held"), HasSubstr("held"));
  auto seen = shell("ETCDCTL_API=3 timeout 2 etcdctl --endpoints=" + server.endpoint() + " elect e proposal 2>&1").text;
  EXPECT_THAT(seen, HasSubstr("proposal"));
}

TEST_F(etcdctl_test, a_request_that_is_too_large_or_empty_is_refused_as_etcd_refuses_it) {
  EXPECT_THAT(ctl("put \"\" x"), HasSubstr("etcdserver: key is not provided"));
  auto big = shell("head -c 1700000 /dev/zero | tr \"\\\\0\" x | ETCDCTL_API=3 timeout 20 etcdctl --endpoints=" +
                   server.endpoint() + " put big 2>&1").text;
  EXPECT_THAT(big, HasSubstr("etcdserver: request is too large"));
}

TEST_F(etcdctl_test, what_was_written_outlives_a_restart) {
  fill();
  auto id = lease(60);
  ctl("put l v --lease=" + id);
  EXPECT_EQ(server.stop(SIGTERM), 0);
  ASSERT_TRUE(server.start());
  EXPECT_EQ(ctl("get --prefix \"\" --keys-only"), "a\n\nb\n\nc\n\nl\n\n");
  EXPECT_THAT(ctl("lease timetolive " + id + " --keys"), HasSubstr("attached keys([l])"));
}

TEST(etcd_tls_test, serves_clients_of_its_authority_and_nobody_else) {
  auto made = shell("d=$(mktemp -d /tmp/troupe-etcd-tls-XXXXXX); cd $d; exec 3>&1 >/dev/null 2>&1; "
                    "for n in ca other; do openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes "
                    "-subj /CN=$n -keyout $n.key -out $n.pem -days 2; done; "
                    "openssl req -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -subj /CN=x -keyout x.key "
                    "-out x.csr; echo subjectAltName=IP:127.0.0.1 > e; openssl x509 -req -in x.csr -CA ca.pem "
                    "-CAkey ca.key -CAcreateserial -days 2 -extfile e -out x.pem; echo $d >&3");
  auto d = made.text.substr(0, made.text.find('\n'));
  program server({"--cert", d + "/x.pem", "--key", d + "/x.key", "--client-ca", d + "/ca.pem"});
  ASSERT_TRUE(server.start());
  auto base = "--endpoints=https://" + server.endpoint() + " --dial-timeout=2s --command-timeout=2s --cacert=" + d +
              "/ca.pem";
  // Later flags win: who is let in may take its time.
  server.ctl_flags = base + " --dial-timeout=60s --command-timeout=60s --cert=" + d + "/x.pem --key=" + d + "/x.key";
  EXPECT_EQ(server.ctl("put a 1").text, "OK\n");
  server.ctl_flags = base;
  EXPECT_NE(server.ctl("get a").status, 0);
  server.ctl_flags = base + " --cert=" + d + "/other.pem --key=" + d + "/other.key";
  EXPECT_NE(server.ctl("get a").status, 0);
  server.ctl_flags = "--command-timeout=2s --endpoints=" + server.endpoint();
  EXPECT_NE(server.ctl("get a").status, 0);
  shell("rm -r " + d);
}

} // namespace
} // namespace troupe::tests::etcd
