"""The only notebook has a name that is HTML, a formula of a spreadsheet and commands for the screen."""
# points: 0 2


def tampered(folder):
    notebook = folder / "square.ipynb"
    notebook.rename(folder / "=1+1,<img src=x onerror=document.title='THE_ATTACK_RAN'>\x1b[2J\n**.ipynb")
