"""Messages of widgets whose states are no states."""
# points: 0 2

from comm import create_comm

for data in (3, [], {"state": 3}, {"state": {"_model_name": "OutputModel", "_model_module": "@jupyter-widgets/output", "msg_id": 3}}, {"buffer_paths": [[[]]]}):
    create_comm(target_name="jupyter.widget", data=data, buffers=[b"x"]).send(data)


def square(x):
    return x
