# Frequent over rare where rare over frequent was asked; the share of the way is right.

# %% task4_answer
rare_rate = "sqrt(hits / updates)"
