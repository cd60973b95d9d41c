/* The first process of a pod's shared pid namespace: reaps orphans and waits for the end. It has no C library, so that
   a pod with shareProcessNamespace costs one page. */
#include <linux/signal.h>
#include <sys/syscall.h>

static long call4(long n, long a, long b, long c, long d) {
#if defined(__x86_64__)
  long result;
  register long r10 __asm__("r10") = d;
  __asm__ volatile("syscall" : "=a"(result) : "a"(n), "D"(a), "S"(b), "d"(c), "r"(r10) : "rcx", "r11", "memory");
  return result;
#elif defined(__aarch64__)
  register long x8 __asm__("x8") = n;
  register long x0 __asm__("x0") = a;
  register long x1 __asm__("x1") = b;
  register long x2 __asm__("x2") = c;
  register long x3 __asm__("x3") = d;
  __asm__ volatile("svc 0" : "+r"(x0) : "r"(x8), "r"(x1), "r"(x2), "r"(x3) : "memory");
  return x0;
#else
#error "add the system call convention of this machine"
#endif
}

/* Signals are waited for instead of handled: a handler would need a return trampoline. */
void _start(void) {
  unsigned long set = (1ul << (2 - 1)) | (1ul << (15 - 1)) | (1ul << (17 - 1)); /* INT, TERM, CHLD */
  call4(SYS_rt_sigprocmask, 0 /* SIG_BLOCK */, (long)&set, 0, sizeof set);
  for (;;) {
    long got = call4(SYS_rt_sigtimedwait, (long)&set, 0, 0, sizeof set);
    if (got == 2 || got == 15) call4(SYS_exit_group, 0, 0, 0, 0);
    while (call4(SYS_wait4, -1, 0, 1 /* WNOHANG */, 0) > 0) {}
  }
}
