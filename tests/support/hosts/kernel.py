"""The few system calls that Python 3.11 does not offer: namespaces, mounts' propagation, death signals."""
import ctypes
import os
import signal
import threading

NEWNS, NEWUTS, NEWIPC, NEWPID, NEWNET = 0x00020000, 0x04000000, 0x08000000, 0x20000000, 0x40000000
PR_SET_PDEATHSIG = 1
libc = ctypes.CDLL(None, use_errno=True)


def checked(result, what):
    if result != 0:
        error = ctypes.get_errno()
        raise OSError(error, f"{what}: {os.strerror(error)}")


def unshare(flags):
    checked(libc.unshare(flags), "unshare")


def set_namespace(fd, kind):
    checked(libc.setns(fd, kind), "setns")


def set_host_name(name):
    checked(libc.sethostname(name.encode(), len(name)), "sethostname")


def die_with_parent():
    checked(libc.prctl(PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0), "prctl")


class network_of:
    """`with network_of(pid):` the calling thread makes its sockets in the network of that process; they stay there."""

    def __init__(self, pid):
        self.pid = pid

    def __enter__(self):
        self.home = os.open(f"/proc/self/task/{threading.get_native_id()}/ns/net", os.O_RDONLY)
        there = os.open(f"/proc/{self.pid}/ns/net", os.O_RDONLY)
        try:
            set_namespace(there, NEWNET)
        finally:
            os.close(there)

    def __exit__(self, *_):
        set_namespace(self.home, NEWNET)
        os.close(self.home)
