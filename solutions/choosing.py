# The source of the choosing assignment, as a jupytext "percent" script (see adagrad.py). The answers are checked by `adaptive_lr.grading`:
# what each task asks for, and the mistakes known in it, stand in adaptive_lr/grading/known/choosing.py.

# %% [markdown]
r"""
# Choosing a rule

In this notebook you compare rules fairly, work out what the best of several tries is worth, carry a tuned rate from one unit to another, and tune a
descent with two hundred updates to spend. Nine tasks, 31 points, about 105 minutes.

| task | | points | minutes |
|---|---|---|---|
| 1 | a performance profile | 4 | 13 |
| 2 | how many tries | 2 | 7 |
| 3 | Challenge: the best of k | 5 | 18 |
| 4 | luck | 2 | 5 |
| 5 | how many seeds | 3 | 9 |
| 6 | other units | 4 | 13 |
| 7 | Challenge: two hundred updates | 4 | 15 |
| 8 | read a table | 3 | 12 |
| 9 | a comparison of your own | 4 | 13 |

Put your code where it says `YOUR CODE HERE`, in place of the `raise` line below it, or your answer in place of the three dots, and run the cell that
follows as often as you like: it says what holds, what does not, and, where it knows the mistake, its name. Write in the style you prefer, but write
it yourself, compute in NumPy's usual 64-bit floats (float32 may be too coarse), and leave the arrays that a function is given as they are; what the
package `adaptive_lr` can do for you is recognised and earns nothing, but for task 7, which is for trying things with it.

After you hand in, hidden tests check tasks 1, 2, 3 and 6 again, with other numbers. Tasks 4, 5 and 7, a choice, a number of your own and a tuning,
are checked once, and what you see is what counts; a person reads tasks 8 and 9. If a task is stubborn, go on with the next: none needs another's
code.
"""

# %% nbgrader={"schema_version": 3, "grade_id": "setup", "grade": false, "solution": false, "locked": true, "task": false}
# Run this first.
try:
    from adaptive_lr.grading import check, numbers
except ImportError:
    pass  # INSTALL

import numpy as np

# %% nbgrader={"schema_version": 3, "grade_id": "student", "grade": false, "solution": true, "locked": false, "task": false}
STUDENT = "..."  # your id, as you hand in with it: task 5 gives everyone numbers of their own
### BEGIN SOLUTION
STUDENT = "instructor"
### END SOLUTION

# %% [markdown]
r"""
## Task 1 · A performance profile

*Goal: compare rules over problems of different difficulty. 4 points, about 13 minutes.*

`costs[r, p]` is the number of updates that rule `r` needs on problem `p`, `np.inf` where it never arrives. Divide the costs of each problem by the
lowest among the rules. The profile of a rule at the factor $\tau$ is the share of problems on which its ratio is at most $\tau$. Write the shares of
all rules. (On every problem at least one rule arrives.)
"""


# %% nbgrader={"schema_version": 3, "grade_id": "task1_answer", "grade": false, "solution": true, "locked": false, "task": false}
def performance_profile(costs, factor):
    """The share of problems on which each rule is within the factor of the best: shape (rules,)."""
    ### BEGIN SOLUTION
    # Each problem is compared with its own best, so that a hard one counts as much as an easy one; inf/best is inf, and within no factor.
    # Common mistake: `costs.min(axis=1)`, each rule against its own best. Of the costs 10, 40, 100 and 20, 10, ∞ both rules then win a third, where the
    # first wins two thirds. `<` in the place of `<=` lets nobody win at the factor 1.
    ratios = costs / costs.min(axis=0)
    return (ratios <= factor).mean(axis=1)
    ### END SOLUTION
    raise NotImplementedError


# %% nbgrader={"schema_version": 3, "grade_id": "task1_profile", "grade": true, "solution": false, "locked": true, "points": 4, "task": false}
check(performance_profile, "performance_profile", points=4)
### BEGIN HIDDEN TESTS
check(performance_profile, "performance_profile", points=4, seed=1001)
### END HIDDEN TESTS

# %% [markdown]
r"""
## Task 2 · How many tries

*Goal: solve for a number of tries. 2 points, about 7 minutes.*

A learning rate drawn at random is good enough with probability `q`. How many independent draws hit a good one with a certainty of 95 per cent? A
formula in `q`, as text; it need not give a whole number. `log(…)` is the natural logarithm.
"""

# %% nbgrader={"schema_version": 3, "grade_id": "task2_answer", "grade": false, "solution": true, "locked": false, "task": false}
tries = ...  # for example "1 / q"
### BEGIN SOLUTION
# All miss with (1 − q)ᵏ; that is to be 0.05. For small q it is about 3/q: three times the 1/q tries that it takes on average.
# Common mistake: 1/q, the average. At q = 0.05 these 20 draws hit with a probability of 64 per cent; for 95 it takes 59.
tries = "log(0.05) / log(1 - q)"
### END SOLUTION

# %% nbgrader={"schema_version": 3, "grade_id": "task2_tries", "grade": true, "solution": false, "locked": true, "points": 2, "task": false}
check(tries, "tries_needed", points=2)
### BEGIN HIDDEN TESTS
check(tries, "tries_needed", points=2, seed=1002)
### END HIDDEN TESTS

# %% [markdown]
r"""
## Task 3 · Challenge: the best of k

*Goal: turn one sweep into the answer for every budget. 5 points, about 18 minutes.*

A sweep has found the `losses` at $n$ learning rates, all equally likely to be drawn. Which loss does one expect of the best of `k` independent draws
(the same rate may be drawn twice)? Hint: sort the losses. The best of $k$ is no better than the $i$-th smallest if no draw is among the first
$i - 1$.
"""


# %% nbgrader={"schema_version": 3, "grade_id": "task3_answer", "grade": false, "solution": true, "locked": false, "task": false}
def best_of(losses, k):
    """The expected smallest of k losses drawn from these, with replacement."""
    ### BEGIN SOLUTION
    # P(no draw among the first i − 1) = ((n − i + 1)/n)ᵏ. The best *is* the i-th with the difference of two such chances.
    # Common mistake: to draw without putting back, which is another experiment: of the losses 1, 2, 3 it expects 1.33 of two draws, where 1.56 is right.
    # Losses that are not sorted have the right weights in the wrong places.
    losses, n = np.sort(losses), len(losses)
    i = np.arange(1, n + 1)
    return (losses * (((n - i + 1) / n) ** k - ((n - i) / n) ** k)).sum()
    ### END SOLUTION
    raise NotImplementedError


# %% nbgrader={"schema_version": 3, "grade_id": "task3_best", "grade": true, "solution": false, "locked": true, "points": 5, "task": false}
check(best_of, "best_of", points=5)
### BEGIN HIDDEN TESTS
check(best_of, "best_of", points=5, seed=1003)
### END HIDDEN TESTS

# %% [markdown]
r"""
## Task 4 · Luck

*Goal: know what a best result is worth. 2 points, about 5 minutes.*

A paper tries 20 settings of its new rule and reports the best run. Its runs scatter by σ; there is no true difference from the old rule, of which one
run is shown. By how much does the new rule look better, on average?

- **a** not at all: chance favours nobody
- **b** by nearly 2 σ
- **c** by 20 σ
- **d** by σ/√20
"""

# %% nbgrader={"schema_version": 3, "grade_id": "task4_answer", "grade": false, "solution": true, "locked": false, "task": false}
better_by = ...  # one letter, in quotes
### BEGIN SOLUTION
# The expected best of 20 normal draws lies 1.87 σ below their mean. Choose on some seeds, judge on others: then the luck is gone.
# Common mistake: a, since chance favours nobody. It does not where one run meets one; but the best of twenty runs is no fair draw.
better_by = "b"
### END SOLUTION

# %% nbgrader={"schema_version": 3, "grade_id": "task4_luck", "grade": true, "solution": false, "locked": true, "points": 2, "task": false}
check(better_by, "choosing_luck", points=2)

# %% [markdown]
r"""
## Task 5 · How many seeds

*Goal: plan an experiment. 3 points, about 9 minutes.*

The differences between two rules, seed by seed, scatter by `sigma`. You hope for a true difference `delta`. You will call it real if the mean
difference exceeds 1.96 standard errors, and want to see it in four of five experiments, for which it has to lie 0.84 standard errors beyond that
line. How many seeds? Your own numbers; one percent off is near enough, so round up or not.
"""

# %% nbgrader={"schema_version": 3, "grade_id": "task5_numbers", "grade": false, "solution": false, "locked": true, "task": false}
mine = numbers("choosing_seeds", STUDENT)
mine

# %% nbgrader={"schema_version": 3, "grade_id": "task5_answer", "grade": false, "solution": true, "locked": false, "task": false}
seeds = ...  # a number
### BEGIN SOLUTION
# delta = (1.96 + 0.84) sigma/√n, so n = 7.84 (sigma/delta)². Half the difference takes four times the seeds.
# Common mistake: to forget the square of the ratio: for sigma = 1 and delta = 0.25 that makes 31 seeds, where 125 are needed. With the 1.96 alone, 61
# seeds, half of all experiments would miss the difference.
seeds = (2.8 * mine["sigma"] / mine["delta"]) ** 2
### END SOLUTION

# %% nbgrader={"schema_version": 3, "grade_id": "task5_seeds", "grade": true, "solution": false, "locked": true, "points": 3, "task": false}
check(seeds, "choosing_seeds", points=3, student=STUDENT)

# %% [markdown]
r"""
## Task 6 · Other units

*Goal: carry a tuned rate over. 4 points, about 13 minutes.*

A rate `lr` has been tuned. Now the loss is written `loss` times as large (a sum in place of a mean), and the weights in a unit that makes their
numbers `weights` times as large. With which rate does the rule take the same path, in the new numbers? Answer for `rule` = "sgd", "adam" and
"adadelta". Ask of each: what happens to the gradient, and of which unit is the step? Adam's ε shall be too small to matter. AdaDelta's ε always
matters at the start, where it sets the steps going, in a unit of its own: so think of AdaDelta in mid-run, when its memories are filled, in the new
units too, and large beside ε.
"""


# %% nbgrader={"schema_version": 3, "grade_id": "task6_answer", "grade": false, "solution": true, "locked": false, "task": false}
def rescaled_rate(rule, lr, loss, weights):
    """The rate with which the rule takes the same path in the new units."""
    ### BEGIN SOLUTION
    # The gradient becomes loss/weights times as large, and the step has to become weights times as large. SGD's step is η g, so its rate gets both factors.
    # In Adam's step the gradient's factor cancels. AdaDelta's is made of its own earlier steps, √u, and these are in the new unit already.
    # Common mistake: weights/loss for SGD, where the unit of the weights counts twice: in the step and in the gradient. And `weights` for AdaDelta as for
    # Adam: η is a length in one, and a bare number in the other.
    factors = {"sgd": weights**2 / loss, "adam": weights, "adadelta": 1}
    return lr * factors[rule]
    ### END SOLUTION
    raise NotImplementedError


# %% nbgrader={"schema_version": 3, "grade_id": "task6_units", "grade": true, "solution": false, "locked": true, "points": 4, "task": false}
check(rescaled_rate, "rescaled_rate", points=4)
### BEGIN HIDDEN TESTS
check(rescaled_rate, "rescaled_rate", points=4, seed=1006)
### END HIDDEN TESTS

# %% [markdown]
r"""
## Task 7 · Challenge: two hundred updates

*Goal: tune under a budget. 4 points, about 15 minutes.*

Momentum runs down Rosenbrock's curved valley, $f = (1 - x_1)^2 + 100\,(x_2 - x_1^2)^2$, from its usual start. Find a learning rate and a memory β
with which it ends below a loss of 0.01 after exactly 200 updates. Here you may use the package to try things. The ball swings, so a pair that ends
well can lie between two that do not: print a table over both settings, and look for a place where neighbours agree.
"""

# %% nbgrader={"schema_version": 3, "grade_id": "valley", "grade": false, "solution": false, "locked": true, "task": false}
from adaptive_lr import Momentum, minimize, problems


def loss_at_the_end(lr, beta):
    """After 200 updates with momentum in Rosenbrock's valley."""
    return float(minimize(problems.rosenbrock, Momentum(lr, beta), steps=200).loss[-1])


loss_at_the_end(0.001, 0.5)

# %% nbgrader={"schema_version": 3, "grade_id": "task7_answer", "grade": false, "solution": true, "locked": false, "task": false}
settings = ...  # {"lr": a number, "beta": a number}
### BEGIN SOLUTION
# The steep walls limit the rate: at β = 0.9 the descent diverges somewhat above 0.003. The nearly flat floor needs a memory of ten updates or more. A table
# over both, rates in steps of a fifth and 1/(1 − β) of 2, 5, 10, 12, 20, 50, shows where good pairs lie together: β from 0.9 to 0.93 with rates from 0.0022
# to 0.003. A longer memory is not better: the ball swings for longer than there is time.
# Common mistake: to walk up along a single β and to take the first rate that does. Since the ball swings, good and bad rates alternate: at β = 0.96, 0.0005
# and 0.00063 end well, 0.00079 does not, 0.001 does. In the middle of a field of good pairs a small change does no harm.
settings = {"lr": 0.0025, "beta": 0.92}
### END SOLUTION

# %% nbgrader={"schema_version": 3, "grade_id": "task7_tuned", "grade": true, "solution": false, "locked": true, "points": 4, "task": false}
check(settings, "choosing_tuned", points=4)

# %% [markdown]
r"""
## Task 8 · Read a table

*Goal: find what a comparison does not say. 3 points, about 12 minutes, read by a person.*

"New rule 93.1 %, Adam 92.7 %, SGD 91.9 % (test accuracy, best of 5 learning rates, one seed; the new rule's decay was tuned as well)." Name two
things in this sentence that favour the new rule (1 point), one number that is missing and without which the difference cannot be judged (1 point),
and the smallest change of the experiment that would make you believe it (1 point). Three to six sentences.
"""

# %% [markdown] nbgrader={"schema_version": 3, "grade_id": "task8_table", "grade": true, "solution": true, "locked": false, "points": 3, "task": false}
r"""
The new rule had one more setting to be tuned, so more tries than the others, and the best of more tries looks better by luck alone. The rates were
chosen on the test images themselves, it seems, so that the best of five is again partly luck; if the new rule scatters more, that helps it as well.
Missing is how much one and the same rule differs from seed to seed: with a scatter of 0.4 points the difference is one standard deviation of a single
run. The smallest change: tune all three with the same number of tries on a separate set of images, then run each with its chosen settings on ten new
seeds, the same for all, and report the differences seed by seed with their standard error.

*Common mistake:* "0.4 points are too little." Whether they are is just what the missing number would tell: how far seeds differ. More data sets and
more rules would be good too, but the smallest change is asked for.
"""

# %% [markdown]
r"""
## Task 9 · A comparison of your own

*Goal: design an experiment and say what it will not show. 4 points, about 13 minutes, read by a person.*

You have a day of computing for a thousand trainings of a minute each, and one question: Adam or momentum for your problem? Say how you spend the
thousand: which settings of each rule, how chosen (1 point), how many seeds for choosing and how many for judging (1 point), which number decides, and
from which difference on you would say "no difference" (1 point), and one thing that you will not know in the evening all the same (1 point). Five to
eight sentences.
"""

# %% [markdown] nbgrader={"schema_version": 3, "grade_id": "task9_comparison", "grade": true, "solution": true, "locked": false, "points": 4, "task": false}
r"""
I would spend 400 trainings on choosing: for each rule 50 settings, drawn at random and evenly on logarithmic axes, rates over four decades, for
momentum also 1 − β and for Adam 1 − β₂, each with two seeds: that is 200. The other 200 go the same way to fifty settings of each rule that are drawn
near its three best. That leaves 600 for judging: the best setting of each rule on new seeds, the same for both, fifty at first and more if the
scatter asks for it. The number that decides is the mean difference of the validation loss at the end, seed by seed. If it is within two standard
errors of zero, or smaller than would matter to me in use, say one per cent of the loss, I call it no difference and take the rule with fewer
settings. In the evening I shall not know whether the order would be the same in a training that is ten times as long, nor with a schedule, which I
kept out of it.

*Common mistake:* to choose and to judge on the same seeds. The best of fifty settings owes a part of its lead to luck, as in task 4, and new seeds
take it back. "I take whichever is lower" names no difference from which on it counts.
"""

# %% [markdown]
r"""
## How far you have come
"""

# %% nbgrader={"schema_version": 3, "grade_id": "progress", "grade": false, "solution": false, "locked": true, "task": false}
check.all()
