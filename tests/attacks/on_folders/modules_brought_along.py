"""Python files beside the notebook, called like what the grader imports and reads."""
# points: 0 2


def tampered(folder):
    for name in ("numpy", "json", "adaptive_lr", "sitecustomize", "nbgrader_config", "jupyter_config", "ipython_config"):
        (folder / f"{name}.py").write_text("import pathlib; pathlib.Path('/tmp/trace_of_an_attack').touch()")
