#include "machine_fixture.hpp"
#include <fmt/format.h>
#include <signal.h>
#include <sys/wait.h>

namespace troupe::actors::runtime {
namespace {

struct adoption_test : machine_fixture {};

TEST_F(adoption_test, a_new_process_finds_what_runs_and_what_ended_meanwhile) {
  auto s = ask<shared<sandbox_status>>(runtime.pods, run_atom::value, share(pod("p1")));
  auto stays = start(s->id, container("a", {"sh", "-c", "while :; do echo tick; sleep 0.1; done"}));
  auto ends = start(s->id, container("b", {"sh", "-c", "while [ ! -e /tmp/go ]; do sleep 0.02; done; exit 9"}));
  auto pid = status(stays).pid;
  drop();
  shell(fmt::format("touch {}/c/{}/rootfs/tmp/go", config.run_dir, ends));
  auto end = fmt::format("{}/exits/{}", config.run_dir, ends);
  ASSERT_TRUE(eventually([&] { return ::access(end.c_str(), F_OK) == 0; }));
  spawn();
  auto found = ask<shared<inventory>>(runtime.pods, list_atom::value);
  ASSERT_EQ(found->sandboxes.size(), 1u);
  EXPECT_TRUE(found->sandboxes[0].ready);
  EXPECT_EQ(found->sandboxes[0].ips, s->ips);
  EXPECT_EQ(found->sandboxes[0].config.name, "p1");
  EXPECT_EQ(found->containers.size(), 2u);
  EXPECT_EQ(status(stays).state, container_state::running);
  EXPECT_EQ(status(stays).pid, pid);
  EXPECT_EQ(wait_for_exit(ends).exit_code, 9);
  EXPECT_EQ(run(exec(stays, {"echo", "alive"})).out, "alive\n");
  tell(runtime.pods, stop_atom::value, container_id{stays}, 0u);
  EXPECT_EQ(status(stays).exit_code, 137);
}

/// The owner is a process of its own, killed as hard as can be.
TEST_F(adoption_test, containers_survive_the_death_of_their_owner) {
  drop();
  auto path = directory + "/id";
  auto child = ::fork();
  if (child == 0) {
    // A fresh actor system: threads do not come along with a fork.
    system_config own;
    caf::actor_system sys(own);
    caf::scoped_actor me(sys);
    auto rt = spawn_embedded(sys, environment::production(), config);
    std::string id;
    auto log = container("a", {"sh", "-c", "while :; do echo tick; sleep 0.05; done"});
    me->request(rt.pods, 60s, run_atom::value, share(pod("p1"))).receive([&](shared<sandbox_status>& s) {
      id = s->id; }, [](caf::error&) { ::_exit(1); });
    container_id made;
    me->request(rt.pods, 60s, create_atom::value, sandbox_id{id}, share(log))
      .receive([&](container_id& c) { made = c; }, [](caf::error&) { ::_exit(2); });
    me->request(rt.pods, 60s, start_atom::value, made).receive([] {}, [](caf::error&) { ::_exit(3); });
    shell(fmt::format("echo {} > {}.tmp; mv {}.tmp {}", made.value, path, path, path));
    while (true) ::pause();
  }
  ASSERT_TRUE(eventually([&] { return ::access(path.c_str(), F_OK) == 0; }));
  ::kill(child, SIGKILL);
  ::waitpid(child, nullptr, 0);
  auto id = shell("cat " + path);
  id.pop_back();
  spawn();
  EXPECT_EQ(status(id).state, container_state::running);
  auto lines = [&] { auto log = log_of("a"); return std::count(log.begin(), log.end(), '\n'); };
  auto before = lines();
  EXPECT_TRUE(eventually([&] { return lines() > before + 2; }));
}

TEST_F(adoption_test, an_end_is_noticed_even_when_its_watcher_was_killed) {
  auto s = ask<shared<sandbox_status>>(runtime.pods, run_atom::value, share(pod("p1")));
  auto id = start(s->id, container("a", {"sleep", "1000"}));
  shell(fmt::format("kill -9 $(cat {}/c/{}/conmon.pid)", config.run_dir, id));
  ::kill(static_cast<pid_t>(status(id).pid), SIGKILL);
  auto end = wait_for_exit(id);
  EXPECT_EQ(end.exit_code, 255);
  EXPECT_EQ(end.reason, "Unknown");
}

TEST_F(adoption_test, purge_leaves_nothing_in_the_kernel_or_on_disk) {
  auto config_with_port = pod("p1");
  config_with_port.ports = {{.container_port = 80, .host_port = 28471}};
  config_with_port.share_processes = true;
  auto s = ask<shared<sandbox_status>>(runtime.pods, run_atom::value, share(config_with_port));
  ASSERT_TRUE(s);
  auto id = start(s->id, container("a", {"sleep", "1000"}));
  auto parents = run(exec(id, {"sh", "-c", "ps | grep -c '[/]pause'"}));
  EXPECT_EQ(parents.out, "1\n");
  drop();
  EXPECT_EQ(purge(config, true), std::vector<std::string>{});
  EXPECT_EQ(shell("grep -c " + directory + " /proc/mounts || true"), "0\n");
  EXPECT_EQ(shell("ip -o link | grep -c tr-" + config.instance + " || true"), "0\n");
  EXPECT_EQ(shell("nft list ruleset | grep -c -e troupe-" + config.instance + " -e 28471 || true"), "0\n");
  EXPECT_EQ(shell("find /sys/fs/cgroup -maxdepth 2 -name 'kubepods-" + config.instance + "' | wc -l"), "0\n");
  EXPECT_EQ(shell("ls -A " + directory + "/data " + directory + "/run 2>/dev/null | grep -v : | grep -c . || true"),
            "0\n");
  EXPECT_EQ(shell("ps ax | grep -c '[c]onmon.*" + directory + "' || true"), "0\n");
}

} // namespace
} // namespace troupe::actors::runtime
