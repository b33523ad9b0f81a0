"""The assignment on sparse features: its tasks, and what goes wrong in them."""

TASKS = ()
