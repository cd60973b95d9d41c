#include "policies/oci/seccomp.hpp"
#include <algorithm>
#include <gtest/gtest.h>

namespace troupe::policies::oci {
namespace {

/// The action for a call whose arguments are not looked at; "" if there is no rule, "conditional" if there is one that
/// looks at them.
std::string verdict(const api::json::object& profile, std::string_view call) {
  std::string out;
  for (auto& rule : *api::array_at(profile, {"syscalls"})) {
    auto& names = *api::array_at(rule, {"names"});
    if (std::none_of(names.begin(), names.end(), [&](auto& n) { return n.as_string() == call; })) continue;
    auto action =
        api::find(rule, {"args"}) ? std::string("conditional") : std::string(api::string_at(rule, {"action"}));
    if (out != "SCMP_ACT_ALLOW") out = action;
  }
  return out;
}

struct seccomp_case {
  const char* name;
  std::vector<const char*> calls;
  std::vector<std::string> capabilities = {};
  const char* verdict = "SCMP_ACT_ALLOW";
};

TEST(default_seccomp, harmless_calls_pass_and_dangerous_ones_go_with_capabilities) {
  const seccomp_case cases[] = {
    {.name = "what programs do all day",
     .calls = {"read", "openat", "execve", "futex", "mmap", "connect", "statx", "epoll_wait", "rseq", "getrandom"}},
    {.name = "32-bit programs run, too", .calls = {"waitpid", "_llseek", "mmap2", "socketcall", "clock_gettime64"}},
    {.name = "the key ring, kexec, swap and their like are for nobody",
     .calls = {"add_key", "keyctl", "request_key", "kexec_load", "kexec_file_load", "swapon", "swapoff", "sysfs",
               "uselib", "ustat", "userfaultfd", "pivot_root", "nfsservctl", "io_uring_setup", "_sysctl"},
     .capabilities = {"CAP_SYS_ADMIN", "CAP_SYS_MODULE"},
     .verdict = ""},
    {.name = "mounts and namespaces need a capability",
     .calls = {"mount", "umount2", "setns", "unshare", "bpf", "quotactl", "open_tree"},
     .verdict = ""},
    {.name = "with it they pass",
     .calls = {"mount", "umount2", "setns", "unshare", "clone", "clone3", "bpf"},
     .capabilities = {"CAP_SYS_ADMIN"}},
    {.name = "the clock needs one", .calls = {"settimeofday", "clock_settime", "stime"}, .verdict = ""},
    {.name = "with it the clock may be set", .calls = {"settimeofday"}, .capabilities = {"CAP_SYS_TIME"}},
    {.name = "other processes' memory needs one", .calls = {"process_vm_readv", "kcmp"}, .verdict = ""},
    {.name = "a clone must not make namespaces", .calls = {"clone", "personality", "socket"}, .verdict = "conditional"},
    {.name = "clone3 does not exist, so that clone is used", .calls = {"clone3"}, .verdict = "SCMP_ACT_ERRNO"},
  };
  for (auto& c : cases) {
    auto profile = default_seccomp(c.capabilities);
    for (auto* call : c.calls) EXPECT_EQ(verdict(profile, call), c.verdict) << c.name << ": " << call;
  }
  EXPECT_EQ(api::string_at(default_seccomp({}), {"defaultAction"}), "SCMP_ACT_ERRNO");
}

} // namespace
} // namespace troupe::policies::oci
