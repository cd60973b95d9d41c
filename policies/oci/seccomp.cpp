#include "policies/oci/seccomp.hpp"
#include <algorithm>
#include <array>

namespace troupe::policies::oci {

namespace json = api::json;

namespace {

/// System calls that every container may make, of the 64- and 32-bit x86 and the generic table of Linux. Left out are
/// those below, and what has no place in a container or was never built: the kernel's key ring, modules of kernel 2.4,
/// kexec, swapping, io_uring (its workers go around this filter), userfaultfd, virtual 8086 mode and their like.
constexpr std::string_view for_all =
  "_llseek _newselect accept accept4 access adjtimex alarm arch_prctl arm_fadvise64_64 arm_sync_file_range bind "
  "breakpoint brk cacheflush cachestat capget capset chdir chmod chown chown32 clock_adjtime clock_adjtime64 "
  "clock_getres clock_getres_time64 clock_gettime clock_gettime64 clock_nanosleep clock_nanosleep_time64 close "
  "close_range connect copy_file_range creat dup dup2 dup3 epoll_create epoll_create1 epoll_ctl epoll_pwait "
  "epoll_pwait2 epoll_wait eventfd eventfd2 execve execveat exit exit_group faccessat faccessat2 fadvise64 "
  "fadvise64_64 fallocate fanotify_mark fchdir fchmod fchmodat fchmodat2 fchown fchown32 fchownat fcntl fcntl64 "
  "fdatasync fgetxattr flistxattr flock fork fremovexattr fsetxattr fstat fstat64 fstatat fstatat64 fstatfs "
  "fstatfs64 fsync ftruncate ftruncate64 futex futex_requeue futex_time64 futex_wait futex_waitv futex_wake "
  "futimesat get_robust_list get_thread_area getcpu getcwd getdents getdents64 getegid getegid32 geteuid geteuid32 "
  "getgid getgid32 getgroups getgroups32 getitimer getpeername getpgid getpgrp getpid getppid getpriority getrandom "
  "getresgid getresgid32 getresuid getresuid32 getrlimit getrusage getsid getsockname getsockopt gettid gettimeofday "
  "getuid getuid32 getxattr inotify_add_watch inotify_init inotify_init1 inotify_rm_watch io_cancel io_destroy "
  "io_getevents io_pgetevents io_pgetevents_time64 io_setup io_submit ioctl ioprio_get ioprio_set ipc kill "
  "landlock_add_rule landlock_create_ruleset landlock_restrict_self lchown lchown32 lgetxattr link linkat listen "
  "listmount listxattr llistxattr llseek lremovexattr lseek lsetxattr lsm_get_self_attr lsm_list_modules "
  "lsm_set_self_attr lstat lstat64 madvise map_shadow_stack membarrier memfd_create memfd_secret mincore mkdir "
  "mkdirat mknod mknodat mlock mlock2 mlockall mmap mmap2 modify_ldt mprotect mq_getsetattr mq_notify mq_open "
  "mq_timedreceive mq_timedreceive_time64 mq_timedsend mq_timedsend_time64 mq_unlink mremap mseal msgctl msgget "
  "msgrcv msgsnd msync munlock munlockall munmap nanosleep newfstatat nice oldfstat oldlstat oldolduname oldstat "
  "olduname open openat openat2 pause pidfd_open pidfd_send_signal pipe pipe2 pkey_alloc pkey_free pkey_mprotect "
  "poll ppoll ppoll_time64 prctl pread64 preadv preadv2 prlimit64 process_mrelease pselect6 pselect6_time64 ptrace "
  "pwrite64 pwritev pwritev2 read readahead readdir readlink readlinkat readv recvfrom recvmmsg recvmmsg_time64 "
  "recvmsg remap_file_pages removexattr rename renameat renameat2 restart_syscall rmdir rseq rt_sigaction "
  "rt_sigpending rt_sigprocmask rt_sigqueueinfo rt_sigreturn rt_sigsuspend rt_sigtimedwait rt_sigtimedwait_time64 "
  "rt_tgsigqueueinfo sched_get_priority_max sched_get_priority_min sched_getaffinity sched_getattr sched_getparam "
  "sched_getscheduler sched_rr_get_interval sched_rr_get_interval_time64 sched_setaffinity sched_setattr "
  "sched_setparam sched_setscheduler sched_yield seccomp select semctl semget semop semtimedop semtimedop_time64 "
  "sendfile sendfile64 sendmmsg sendmsg sendto set_robust_list set_thread_area set_tid_address set_tls setfsgid "
  "setfsgid32 setfsuid setfsuid32 setgid setgid32 setgroups setgroups32 setitimer setpgid setpriority setregid "
  "setregid32 setresgid setresgid32 setresuid setresuid32 setreuid setreuid32 setrlimit setsid setsockopt setuid "
  "setuid32 setxattr sgetmask shmat shmctl shmdt shmget shutdown sigaction sigaltstack signal signalfd signalfd4 "
  "sigpending sigprocmask sigreturn sigsuspend socketcall socketpair splice ssetmask stat stat64 statfs statfs64 "
  "statmount statx symlink symlinkat sync sync_file_range sync_file_range2 syncfs sysinfo tee tgkill time "
  "timer_create timer_delete timer_getoverrun timer_gettime timer_gettime64 timer_settime timer_settime64 "
  "timerfd_create timerfd_gettime timerfd_gettime64 timerfd_settime timerfd_settime64 times tkill truncate "
  "truncate64 ugetrlimit umask uname unlink unlinkat utime utimensat utimensat_time64 utimes vfork vmsplice wait4 "
  "waitid waitpid write writev";

struct privilege {
  std::string_view capability, calls;
};
/// Calls that are allowed with a capability.
constexpr privilege privileges[] = {
  {"CAP_DAC_READ_SEARCH", "open_by_handle_at"},
  {"CAP_SYS_ADMIN",
   "bpf clone clone3 fanotify_init fsconfig fsmount fsopen fspick lookup_dcookie mount mount_setattr move_mount "
   "name_to_handle_at open_tree perf_event_open quotactl quotactl_fd setdomainname sethostname setns syslog umount "
   "umount2 unshare"},
  {"CAP_BPF", "bpf"},
  {"CAP_PERFMON", "perf_event_open"},
  {"CAP_SYSLOG", "syslog"},
  {"CAP_SYS_BOOT", "reboot"},
  {"CAP_SYS_CHROOT", "chroot"},
  {"CAP_SYS_MODULE", "delete_module finit_module init_module"},
  {"CAP_SYS_NICE",
   "get_mempolicy mbind migrate_pages move_pages set_mempolicy set_mempolicy_home_node"},
  {"CAP_SYS_PACCT", "acct"},
  {"CAP_SYS_PTRACE", "kcmp pidfd_getfd process_madvise process_vm_readv process_vm_writev"},
  {"CAP_SYS_RAWIO", "ioperm iopl"},
  {"CAP_SYS_TIME", "clock_settime clock_settime64 settimeofday stime"},
  {"CAP_SYS_TTY_CONFIG", "vhangup"},
};

constexpr std::int64_t not_permitted = 1, not_implemented = 38; // EPERM, ENOSYS
/// CLONE_NEW* flags of new namespaces, with CLONE_NEWTIME left out: clone cannot make one.
constexpr std::int64_t namespace_flags = 0x7e020000;
constexpr std::int64_t vm_sockets = 40; // AF_VSOCK: it reaches the hypervisor
/// Linux, 32-bit Linux, both with the legacy layout of addresses, and the question which one it is.
constexpr std::array<std::int64_t, 5> personalities{0, 8, 0x20000, 0x20008, 0xffffffff};

json::array names(std::string_view words) {
  json::array out;
  while (!words.empty()) {
    auto space = std::min(words.find(' '), words.size());
    if (space > 0) out.emplace_back(words.substr(0, space));
    words.remove_prefix(std::min(space + 1, words.size()));
  }
  return out;
}

json::object allow(std::string_view words) { return {{"names", names(words)}, {"action", "SCMP_ACT_ALLOW"}}; }

json::object allow_if(std::string_view call, std::string_view op, std::int64_t value, std::int64_t value_two = 0) {
  auto out = allow(call);
  out["args"] = json::array{json::object{{"index", 0}, {"value", value}, {"valueTwo", value_two}, {"op", op}}};
  return out;
}

} // namespace

json::object default_seccomp(const std::vector<std::string>& capabilities) {
  auto has = [&](std::string_view name) {
    return std::find(capabilities.begin(), capabilities.end(), name) != capabilities.end();
  };
  json::array rules{allow(for_all), allow_if("socket", "SCMP_CMP_NE", vm_sockets)};
  for (auto p : personalities) rules.push_back(allow_if("personality", "SCMP_CMP_EQ", p));
  for (auto& p : privileges)
    if (has(p.capability)) rules.push_back(allow(p.calls));
  if (!has("CAP_SYS_ADMIN")) {
    rules.push_back(allow_if("clone", "SCMP_CMP_MASKED_EQ", namespace_flags, 0));
    // Its flags lie in memory, where no filter sees them. C libraries go on with clone when it does not exist.
    json::object absent{{"names", json::array{"clone3"}}, {"action", "SCMP_ACT_ERRNO"}, {"errnoRet", not_implemented}};
    rules.push_back(std::move(absent));
  }
  return {{"defaultAction", "SCMP_ACT_ERRNO"},
          {"defaultErrnoRet", not_permitted},
          {"architectures", json::array{"SCMP_ARCH_X86_64", "SCMP_ARCH_X86", "SCMP_ARCH_X32", "SCMP_ARCH_AARCH64",
                                        "SCMP_ARCH_ARM"}},
          {"syscalls", std::move(rules)}};
}

} // namespace troupe::policies::oci
