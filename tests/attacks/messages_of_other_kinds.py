"""Messages of Jupyter's that lack what they should say, or are of no known kind."""
# points: 0 *

kernel = get_ipython().kernel
for kind in ("stream", "error", "display_data", "execute_result", "execute_input", "update_display_data", "clear_output", "status", "comm_msg", "no such"):
    for content in ({}, {"name": 3, "text": 3, "data": 3, "metadata": 3, "transient": 3, "ename": 3}):
        kernel.session.send(kernel.iopub_socket, kind, content, parent=kernel.get_parent())


def square(x):
    return x
