"""The code asks for the cell that follows to be replaced, as a frontend would."""
# points: 0 2

shell = get_ipython()
shell.set_next_input("3", replace=True)
shell.payload_manager.write_payload({"source": "set_next_input", "text": "3", "replace": True})
shell.payload_manager.write_payload({"source": "ask_exit", "keepkernel": False})


def square(x):
    return x
