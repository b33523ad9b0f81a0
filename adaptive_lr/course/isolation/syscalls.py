"""What a submission's processes may not ask the system for: memory that no limit counts, namespaces in which they have rights, other processes' insides.

The filter is libseccomp's, which every distribution has under its package manager or systemd. It holds for a process and all that it starts.
"""

from __future__ import annotations

import ctypes
import errno
import functools

FORBIDDEN = (
    *("shmget", "shmat", "memfd_create", "memfd_secret", "msgget", "semget", "mq_open", "add_key", "keyctl", "request_key"),
    *("unshare", "setns", "mount", "umount2", "pivot_root", "open_tree", "move_mount", "fsopen", "fsmount", "fspick", "mount_setattr"),
    *("ptrace", "process_vm_readv", "process_vm_writev", "pidfd_getfd", "kcmp", "bpf", "perf_event_open", "userfaultfd", "io_uring_setup"),
)
ALLOW, FAIL = 0x7FFF0000, 0x00050000  # libseccomp's actions; the second takes an error's number
NEW_USERS = 0x10000000  # clone: with a namespace of users
NOT_OF_A_NETWORK = (40, 38)  # socket: AF_VSOCK, to the host of a virtual machine, and AF_ALG, which no namespace keeps apart
MASKED_EQUAL = 7  # libseccomp's comparison


class _Comparison(ctypes.Structure):
    _fields_ = [("argument", ctypes.c_uint), ("how", ctypes.c_int), ("mask", ctypes.c_uint64), ("value", ctypes.c_uint64)]


@functools.cache
def library() -> ctypes.CDLL:
    """Raises OSError where there is no libseccomp."""
    found = ctypes.CDLL("libseccomp.so.2")
    found.seccomp_init.restype = ctypes.c_void_p
    found.seccomp_rule_add_array.argtypes = [ctypes.c_void_p, ctypes.c_uint32, ctypes.c_int, ctypes.c_uint, ctypes.POINTER(_Comparison)]
    found.seccomp_load.argtypes = found.seccomp_release.argtypes = [ctypes.c_void_p]
    return found


def forbid() -> None:
    """From here on these calls fail in this process, for good. It must have set no_new_privs. Raises OSError."""
    rules = library().seccomp_init(ALLOW)
    for name in FORBIDDEN:
        _add(rules, name, errno.EPERM)
    _add(rules, "clone", errno.EPERM, _Comparison(0, MASKED_EQUAL, NEW_USERS, NEW_USERS))
    for family in NOT_OF_A_NETWORK:
        _add(rules, "socket", errno.EPERM, _Comparison(0, MASKED_EQUAL, 0xFFFFFFFF, family))
    _add(rules, "clone3", errno.ENOSYS)  # its flags lie in memory, where no filter sees them; libraries then take clone
    if failed := library().seccomp_load(rules):
        raise OSError(-failed, "seccomp_load")
    library().seccomp_release(rules)


def _add(rules: int, name: str, error: int, *comparisons: _Comparison) -> None:
    number = library().seccomp_syscall_resolve_name(name.encode())
    if number == -1:  # an older libseccomp does not know it by name
        return
    if failed := library().seccomp_rule_add_array(rules, FAIL | error, number, len(comparisons), (_Comparison * len(comparisons))(*comparisons)):
        raise OSError(-failed, f"seccomp_rule_add: {name}")
