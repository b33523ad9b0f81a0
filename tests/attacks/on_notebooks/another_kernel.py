"""The notebook asks for a kernel that would run another program."""
# points: 0 2

import nbformat


def tampered(notebook):
    notebook.metadata.kernelspec = nbformat.from_dict(
        {"name": "bash", "display_name": "Bash", "language": "bash", "argv": ["touch", "/tmp/trace_of_an_attack"]}
    )
