"""Right answers, written differently: each coding task has at least five. The first is the worked one, which is mutated."""
