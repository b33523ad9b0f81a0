"""A thousand other copies of the notebook, each with a long name."""
# points: 0 2


def tampered(folder):
    notebook = folder / "square.ipynb"
    for number in range(1000):
        (folder / f"square ({number}) {'x' * 200}.ipynb").hardlink_to(notebook)
