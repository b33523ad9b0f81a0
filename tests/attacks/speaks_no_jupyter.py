"""The code sends what is no message of Jupyter's: too few parts, a wrong signature, JSON too deep, parts of other kinds."""
# points: 0 2

kernel = get_ipython().kernel
for parts in ([b"x"], [], [b"<IDS|MSG>"], [b"<IDS|MSG>", b"forged", b"{}", b"{}", b"{}", b"{}"]):
    kernel.iopub_thread.send_multipart(parts)
for header, parent, content in (([1], {}, {}), ({"msg_type": "stream"}, [2], {}), ({"msg_type": 3}, {}, []), (None, None, None)):
    said = [kernel.session.pack(part) for part in (header, parent, {}, content)]
    kernel.iopub_thread.send_multipart([b"<IDS|MSG>", kernel.session.sign(said), *said])
deep = [b"[" * 100_000 + b"]" * 100_000] * 4
kernel.iopub_thread.send_multipart([b"<IDS|MSG>", kernel.session.sign(deep), *deep])


def square(x):
    return x
