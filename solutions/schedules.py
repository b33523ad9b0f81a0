# The source of the schedules assignment, as a jupytext "percent" script (see adagrad.py). The answers are checked by `adaptive_lr.grading`:
# what each task asks for, and the mistakes known in it, stand in adaptive_lr/grading/known/schedules.py.

# %% [markdown]
r"""
# Schedules: rates that change by the clock

In this notebook you write the schedules that trainings run on, find out how much noise a constant rate leaves behind, and see what a schedule counts. Nine
tasks, 31 points, about 100 minutes.

| task | | points | minutes |
|---|---|---|---|
| 1 | step decay | 3 | 8 |
| 2 | half a cosine | 4 | 12 |
| 3 | triangles | 4 | 12 |
| 4 | Challenge: warm restarts | 5 | 18 |
| 5 | warm-up | 3 | 10 |
| 6 | Challenge: what noise leaves | 4 | 15 |
| 7 | how fast to decay | 2 | 6 |
| 8 | what a schedule counts | 3 | 9 |
| 9 | a schedule for a training | 3 | 10 |

Every schedule here is a function of $t = 0, 1, 2, \dots$, one whole number at a time, that returns a rate; the first update uses $t = 0$. Put your
code where it says `YOUR CODE HERE`, in place of the `raise` line below it, or your answer in place of the three dots, and run the cell that follows
as often as you like: it says what holds, what does not, and, where it knows the mistake, its name. Write in the style you prefer, but write it
yourself, compute in NumPy's usual 64-bit floats (float32 may be too coarse); schedules of the package `adaptive_lr` are recognised and earn nothing.

After you hand in, hidden tests check tasks 1 to 6 and 8 again, with other numbers. Task 7, a number of your own, is checked once, and what you see is
what counts; a person reads task 9. If a task is stubborn, go on with the next: none needs another's code.
"""

# %% nbgrader={"schema_version": 3, "grade_id": "setup", "grade": false, "solution": false, "locked": true, "task": false}
# Run this first.
try:
    from adaptive_lr.grading import check, numbers
except ImportError:
    pass  # INSTALL

import numpy as np

# %% nbgrader={"schema_version": 3, "grade_id": "student", "grade": false, "solution": true, "locked": false, "task": false}
STUDENT = "..."  # your id, as you hand in with it: task 7 gives everyone numbers of their own
### BEGIN SOLUTION
STUDENT = "instructor"
### END SOLUTION

# %% [markdown]
r"""
## Task 1 · Step decay

*Goal: turn a formula with a floor into code. 3 points, about 8 minutes.*

$$\eta_t = \eta_0\, \gamma^{\lfloor t/\tau \rfloor}$$

Every $\tau$ updates the rate is multiplied by $\gamma$. With $\eta_0 = 1$, $\gamma = 0.5$ and $\tau = 3$ the rates are 1, 1, 1, 0.5, 0.5, 0.5, 0.25, …
"""


# %% nbgrader={"schema_version": 3, "grade_id": "task1_answer", "grade": false, "solution": true, "locked": false, "task": false}
def step_decay(t, lr0, gamma, tau):
    """The rate at t = 0, 1, 2, …  lr0, gamma: η₀ and γ.  tau: τ, a whole number of updates."""
    ### BEGIN SOLUTION
    # ⌊t/τ⌋ counts the drops so far: 0 before t = τ, 1 from there on, and each drop multiplies once more by γ.
    # Common mistake: to round in the place of the floor. In the example the rate would drop at t = 2, since 2/3 rounds to 1. Without either the rate falls
    # smoothly: 0.79 at t = 1, where it is still 1.
    return lr0 * gamma ** np.floor(t / tau)
    ### END SOLUTION
    raise NotImplementedError


# %% nbgrader={"schema_version": 3, "grade_id": "task1_step_decay", "grade": true, "solution": false, "locked": true, "points": 3, "task": false}
check(step_decay, "step_decay", points=3)
### BEGIN HIDDEN TESTS
check(step_decay, "step_decay", points=3, seed=701)
### END HIDDEN TESTS

# %% [markdown]
r"""
## Task 2 · Half a cosine

*Goal: derive a curve from what it is to do. 4 points, about 12 minutes.*

Wanted is a curve that starts at $\eta_{\max}$ and ends at $\eta_{\min}$ after $T$ updates, and is flat at both ends. Half a period of a cosine is
such a curve. Stretch it and shift it until all four demands hold; after $T$ the rate stays at $\eta_{\min}$.
"""


# %% nbgrader={"schema_version": 3, "grade_id": "task2_answer", "grade": false, "solution": true, "locked": false, "task": false}
def cosine_annealing(t, lr_min, lr_max, steps):
    """The rate at t = 0, 1, 2, …  lr_min, lr_max: the last and the first rate.  steps: T."""
    ### BEGIN SOLUTION
    # cos falls from 1 to −1 over half a turn, flat at both ends; (1 + cos)/2 falls from 1 to 0, and that share of the span is added to the lower rate.
    # Common mistake: a whole turn, which is back at η_max at T, or a quarter, which arrives with a slope. Without the min() the rate rises again after T,
    # and is at η_max at 2T.
    share = min(t, steps) / steps
    return lr_min + (lr_max - lr_min) * (1 + np.cos(np.pi * share)) / 2
    ### END SOLUTION
    raise NotImplementedError


# %% nbgrader={"schema_version": 3, "grade_id": "task2_cosine", "grade": true, "solution": false, "locked": true, "points": 4, "task": false}
check(cosine_annealing, "cosine_annealing", points=4)
### BEGIN HIDDEN TESTS
check(cosine_annealing, "cosine_annealing", points=4, seed=702)
### END HIDDEN TESTS

# %% [markdown]
r"""
## Task 3 · Triangles

*Goal: describe a periodic curve. 4 points, about 12 minutes.*

From $\eta_{\min}$ straight up to $\eta_{\max}$ in $\mu$ updates, straight down again in $\mu$ updates, and so on for ever. For $\eta_{\min} = 0$,
$\eta_{\max} = 1$ and $\mu = 2$: 0, 0.5, 1, 0.5, 0, 0.5, …
"""


# %% nbgrader={"schema_version": 3, "grade_id": "task3_answer", "grade": false, "solution": true, "locked": false, "task": false}
def triangular(t, lr_min, lr_max, half_period):
    """The rate at t = 0, 1, 2, …  lr_min, lr_max: the lower and the upper rate.  half_period: μ, the updates from one to the other."""
    ### BEGIN SOLUTION
    # Where in its cycle is t? 1 − |place/μ − 1| is 0 at both ends of a cycle and 1 in its middle.
    # Common mistake: to take μ for the whole period: in the example the rate would be back at 0 at t = 2, where it has its peak.
    place = t % (2 * half_period)
    share = 1 - abs(place / half_period - 1)
    return lr_min + (lr_max - lr_min) * share
    ### END SOLUTION
    raise NotImplementedError


# %% nbgrader={"schema_version": 3, "grade_id": "task3_triangles", "grade": true, "solution": false, "locked": true, "points": 4, "task": false}
check(triangular, "triangular", points=4)
### BEGIN HIDDEN TESTS
check(triangular, "triangular", points=4, seed=703)
### END HIDDEN TESTS

# %% [markdown]
r"""
## Task 4 · Challenge: warm restarts

*Goal: keep account of cycles that grow. 5 points, about 18 minutes.*

The curve of task 2, and when it has arrived, the rate jumps back to $\eta_{\max}$ and falls again; each cycle is `factor` times as long as the one
before. With `first` = 2 and `factor` = 3 cycles begin at $t$ = 0, 2, 8, 26, … There the rate is $\eta_{\max}$; $\eta_{\min}$ itself is never reached.
A formula with a logarithm finds the cycle of $t$, nearly always: a computer's $\log_3 243$ is 4.999…
"""


# %% nbgrader={"schema_version": 3, "grade_id": "task4_answer", "grade": false, "solution": true, "locked": false, "task": false}
def warm_restarts(t, lr_min, lr_max, first, factor):
    """The rate at t = 0, 1, 2, …  first: the length of the first cycle.  factor: by which each next one is longer, a whole number ≥ 1."""
    ### BEGIN SOLUTION
    # Whole numbers decide which cycle t is in, so that no rounding can. The loop goes from the beginning of one cycle to that of the next, with a round for each.
    # Common mistake: int(math.log(t * (factor - 1) / first + 1, factor)) for the number of the cycle. With 2 and 3 it is 4 at t = 242, where cycle 5
    # begins, so the rate is η_min and not η_max; and at factor = 1 it divides by 0.
    began, length = 0, first
    while t >= began + length:
        began, length = began + length, length * factor
    share = (t - began) / length
    return lr_min + (lr_max - lr_min) * (1 + np.cos(np.pi * share)) / 2
    ### END SOLUTION
    raise NotImplementedError


# %% nbgrader={"schema_version": 3, "grade_id": "task4_restarts", "grade": true, "solution": false, "locked": true, "points": 5, "task": false}
check(warm_restarts, "warm_restarts", points=5)
### BEGIN HIDDEN TESTS
check(warm_restarts, "warm_restarts", points=5, seed=704)
### END HIDDEN TESTS

# %% [markdown]
r"""
## Task 5 · Warm-up

*Goal: put one schedule in front of another. 3 points, about 10 minutes.*

For $T$ updates the rate rises along a straight line towards the first rate of another schedule, `after`; then that schedule takes over, from *its
own* $t = 0$. The very first update has the rate `after(0)` $/\,T$, and the $T$-th has `after(0)` itself.
"""


# %% nbgrader={"schema_version": 3, "grade_id": "task5_answer", "grade": false, "solution": true, "locked": false, "task": false}
def warmup(t, steps, after):
    """The rate at t = 0, 1, 2, …  steps: T.  after: a function, t -> rate."""
    ### BEGIN SOLUTION
    # t counts from 0: at t = 0 one of T parts of the rise has been made.
    # Common mistake: t/T, which wastes the first update on the rate 0 and reaches the top one update late. `after(t)` is another: a cosine over 10,000
    # updates would have lost a tenth of its time when a warm-up of 1,000 is over.
    if t < steps:
        return after(0) * (t + 1) / steps
    return after(t - steps)
    ### END SOLUTION
    raise NotImplementedError


# %% nbgrader={"schema_version": 3, "grade_id": "task5_warmup", "grade": true, "solution": false, "locked": true, "points": 3, "task": false}
check(warmup, "warmup", points=3)
### BEGIN HIDDEN TESTS
check(warmup, "warmup", points=3, seed=705)
### END HIDDEN TESTS

# %% [markdown]
r"""
## Task 6 · Challenge: what noise leaves

*Goal: finish a derivation. 4 points, about 15 minutes.*

Why lower the rate at all? Near a minimum take $f(x) = \tfrac12 c x^2$, with gradients that come with noise: $g = cx + \sigma\xi$, where the $\xi$ are
independent, with mean 0 and variance 1. Gradient descent at a constant rate makes of it

$$x_{t+1} = (1 - \eta c)\, x_t - \eta\sigma\, \xi_t .$$

After many updates the mean of $x^2$ no longer changes: $\mathbb{E}[x_{t+1}^2] = \mathbb{E}[x_t^2]$. Solve for it. A formula in `lr`, `c` and `sigma`,
as text, exact for every stable rate; a power is `**`.
"""

# %% nbgrader={"schema_version": 3, "grade_id": "task6_answer", "grade": false, "solution": true, "locked": false, "task": false}
floor = ...  # for example "lr * c * sigma"
### BEGIN SOLUTION
# V = (1 − ηc)² V + η²σ², since the mixed term has the mean 0. 1 − (1 − ηc)² = ηc(2 − ηc), and one η cancels.
# For small rates that is ησ²/(2c): half the rate, half the mean loss that the noise leaves. That is why a rate is lowered in the end.
# Common mistake: (1 − ηc)² cut short to 1 − 2ηc, which gives ησ²/(2c) for all rates. At η = 1.7 and c = σ = 1 that is 0.85, where 5.67 is right.
floor = "lr * sigma**2 / (c * (2 - lr * c))"
### END SOLUTION

# %% nbgrader={"schema_version": 3, "grade_id": "task6_noise", "grade": true, "solution": false, "locked": true, "points": 4, "task": false}
check(floor, "noise_floor", points=4)
### BEGIN HIDDEN TESTS
check(floor, "noise_floor", points=4, seed=706)
### END HIDDEN TESTS

# %% [markdown]
r"""
## Task 7 · How fast to decay

*Goal: predict a number, then verify it. 2 points, about 6 minutes.*

With $\eta_t = \eta_0 e^{-\lambda t}$, which $\lambda$ leaves the share `share` of the first rate after `updates` updates? One percent off is near enough.
"""

# %% nbgrader={"schema_version": 3, "grade_id": "task7_numbers", "grade": false, "solution": false, "locked": true, "task": false}
mine = numbers("schedules_decay", STUDENT)
mine

# %% nbgrader={"schema_version": 3, "grade_id": "task7_answer", "grade": false, "solution": true, "locked": false, "task": false}
decay = ...  # λ: a number
### BEGIN SOLUTION
# e^(−λT) = share, so λ = ln(1/share)/T: for a tenth after 1,000 updates 0.0023.
# Common mistake: share^(1/T), 0.9977 there. That is e^(−λ), the factor of one update. A logarithm to base 10 makes λ 2.3 times too small.
decay = np.log(1 / mine["share"]) / mine["updates"]
### END SOLUTION

# %% nbgrader={"schema_version": 3, "grade_id": "task7_decay", "grade": true, "solution": false, "locked": true, "points": 2, "task": false}
check(decay, "schedules_decay", points=2, student=STUDENT)

# %% [markdown]
r"""
## Task 8 · What a schedule counts

*Goal: find the bug. 3 points, about 9 minutes.*

A colleague's warm-up over 1,000 updates "never ends", and his triangles "are staircases". His training loop asks for the rate like this:
"""


# %% nbgrader={"schema_version": 3, "grade_id": "colleague", "grade": false, "solution": false, "locked": true, "task": false}
def colleagues_rates(schedule, epochs, updates_per_epoch):
    """The rate of every update of a training."""
    rates = []
    for epoch in range(epochs):
        lr = schedule(epoch)
        for _ in range(updates_per_epoch):
            rates.append(lr)
    return rates


print(colleagues_rates(lambda t: min(1, (t + 1) / 4), epochs=2, updates_per_epoch=4))

# %% [markdown]
r"""
The schedules of this notebook count updates. Write the function anew, under its new name, so that they get what they count.
"""


# %% nbgrader={"schema_version": 3, "grade_id": "task8_answer", "grade": false, "solution": true, "locked": false, "task": false}
def rates_of_training(schedule, epochs, updates_per_epoch):
    """The rate of every update of a training, in their order.  schedule: a function, t -> rate."""
    ### BEGIN SOLUTION
    # One t for the whole training: it goes on from epoch to epoch.
    # Common mistake: a t that begins anew in every epoch. Each epoch would warm up again: in the example 0.25, 0.5, 0.75, 1 would come twice.
    return [schedule(t) for t in range(epochs * updates_per_epoch)]
    ### END SOLUTION
    raise NotImplementedError


# %% nbgrader={"schema_version": 3, "grade_id": "task8_counts", "grade": true, "solution": false, "locked": true, "points": 3, "task": false}
check(rates_of_training, "rates_of_training", points=3)
### BEGIN HIDDEN TESTS
check(rates_of_training, "rates_of_training", points=3, seed=708)
### END HIDDEN TESTS

# %% [markdown]
r"""
## Task 9 · A schedule for a training

*Goal: use what you found to make a decision. 3 points, about 10 minutes, read by a person.*

You may train a network for exactly 20,000 updates, once, and only the model at the very end counts. Which schedule do you take, with which settings
or how found (1 point)? What does each of its parts protect from or make use of (1 point)? And what would you change if the training might be stopped
at any time instead, and why (1 point)? Four to eight sentences; there is more than one good answer.
"""

# %% [markdown] nbgrader={"schema_version": 3, "grade_id": "task9_decision", "grade": true, "solution": true, "locked": false, "points": 3, "task": false}
r"""
I would warm up over the first few hundred updates and then let the rate fall along half a cosine to zero at update 20,000, with the top rate from a
range test: the rate at which the loss falls fastest, or somewhat below. The warm-up protects from first steps that are too long while averages and
weights are still far from anything settled. The high middle part covers distance, since what counts there is the sum of the rates. The end lowers the
noise floor, which is proportional to the rate. If the training might be stopped at any time, the end must not be at one fixed update: I would take a
schedule that is good whenever one looks, such as 1/√t, or restarts with growing cycles and keep the model from the end of the last complete cycle;
both give up something at update 20,000.

*Common mistake:* half a cosine for another number of updates than the training has. Stretched over 40,000 it is still at half of the top rate at
update 20,000, and the part that lowers the noise never comes.
"""

# %% [markdown]
r"""
## How far you have come
"""

# %% nbgrader={"schema_version": 3, "grade_id": "progress", "grade": false, "solution": false, "locked": true, "task": false}
check.all()
