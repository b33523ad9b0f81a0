"""The assignment on choosing a rule: its tasks, and what goes wrong in them."""

TASKS = ()
