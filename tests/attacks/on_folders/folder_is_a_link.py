"""The folder is a link to the neighbour's."""
# unreadable

import shutil


def tampered(folder):
    shutil.rmtree(folder)
    folder.symlink_to(folder.parent / "a_neighbour")
