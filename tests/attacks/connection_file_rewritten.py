"""The file that says where the kernel listens is rewritten, removed, or a link."""
# points: 0 2

import glob
import os

found = []
for path in glob.glob("/tmp/**/kernel.json", recursive=True):
    for attempt in (lambda: open(path, "w"), lambda: os.unlink(path), lambda: os.rename(path, path + "~"), lambda: os.symlink("/etc/passwd", path + "2")):
        try:
            attempt()
            found.append(path)
        except OSError:
            pass
print("FOUND", found)


def square(x):
    return x
