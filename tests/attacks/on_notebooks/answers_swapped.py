"""The first answer bears the second one's id, and the other way round."""
# points: 0 0


def tampered(notebook):
    first, second = (cell for cell in notebook.cells if cell.id.endswith("_answer"))
    first.metadata.nbgrader.grade_id, second.metadata.nbgrader.grade_id = "total_answer", "square_answer"
    first.source, second.source = "raise SystemExit", "raise SystemExit"
