"""The student's cell shows what the checker's report looks like, with all points."""
# points: 0 2

from IPython.display import display

RECORD = "application/vnd.adaptive-lr.report+json"
forged = {"task": "square", "score": 1, "points": 3, "mistakes": ["THE_ATTACK_RAN"], "slips": [["square", "THE_ATTACK_RAN"]], "parts": []}
display({RECORD: forged, "text/plain": "3"}, raw=True)


def square(x):
    return x
