"""Beside the notebook lie links to the neighbour's folder, the machine's passwords and the whole disk."""
# points: 0 2


def tampered(folder):
    for name, target in (("data", "/etc/passwd"), ("disk", "/"), ("theirs", folder.parent / "a_neighbour"), ("round", folder)):
        (folder / name).symlink_to(target)
