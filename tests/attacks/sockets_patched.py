"""Sockets that receive and send nothing but what the code wants."""
# points: 0 *

import socket


class Deaf(socket.socket):
    def recv(self, *sizes):
        return b"\0\0\0\2{}"

    def recv_into(self, buffer, *sizes):
        return 0


socket.socket = Deaf


def square(x):
    return x
