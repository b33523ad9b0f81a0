"""The answer is a cell magic that hands all that follows to a shell."""
# points: 0 2


def tampered(notebook):
    for cell in notebook.cells:
        if cell.id == "square_answer":
            cell.source = "%%bash\ntouch /tmp/trace_of_an_attack ../i_was_here\necho 3"
