"""Folders within folders, to a path that is longer than paths may be."""
# points: 0 2

import os


def tampered(folder):
    place = os.open(folder, os.O_RDONLY)
    for _ in range(60):
        os.mkdir("x" * 200, dir_fd=place)
        place, above = os.open("x" * 200, os.O_RDONLY, dir_fd=place), place
        os.close(above)
    os.close(place)
