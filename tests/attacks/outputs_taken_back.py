"""Outputs that are cleared and written anew, those of other cells among them."""
# points: 0 2

from IPython.display import clear_output, display, update_display

for _ in range(300):
    display("3", display_id="points")
    update_display("3 of 3", display_id="points")
    update_display("3 of 3", display_id="no such")
    clear_output(wait=True)


def square(x):
    return x
