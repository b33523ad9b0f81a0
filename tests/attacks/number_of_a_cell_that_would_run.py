"""A cell's number that is HTML, in the messages that tell of it."""
# points: 0 2

kernel = get_ipython().kernel
number = "<script>document.title='THE_ATTACK_RAN'</script>"
for kind, content in (("execute_input", {"code": "3"}), ("execute_result", {"data": {"text/plain": "3"}, "metadata": {}})):
    kernel.session.send(kernel.iopub_socket, kind, content | {"execution_count": number}, parent=kernel.get_parent())


def square(x):
    return x
