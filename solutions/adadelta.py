# The source of the AdaDelta assignment, as a jupytext "percent" script (see adagrad.py). The answers are checked by `adaptive_lr.grading`:
# what each task asks for, and the mistakes known in it, stand in adaptive_lr/grading/known/adadelta.py.

# %% [markdown]
r"""
# AdaDelta: a step without a learning rate

In this notebook you ask for the unit of a step, build AdaDelta, find out how it gets going, and repair a version that remembers the wrong thing. Nine
tasks, 31 points, about 95 minutes.

| task | | points | minutes |
|---|---|---|---|
| 1 | units | 2 | 6 |
| 2 | one step | 6 | 15 |
| 3 | the first step | 3 | 10 |
| 4 | the first step in numbers | 3 | 8 |
| 5 | Challenge: how far it gets | 4 | 14 |
| 6 | find the bug | 4 | 12 |
| 7 | what sets it going | 2 | 5 |
| 8 | nothing to choose | 4 | 13 |
| 9 | a fair trial | 3 | 12 |

Put your code where it says `YOUR CODE HERE`, in place of the `raise` line below it, or your answer in place of the three dots, and run the cell that
follows as often as you like: it says what holds, what does not, and, where it knows the mistake, its name. Write in the style you prefer, but write
it yourself, compute in NumPy's usual 64-bit floats (float32 will do for a single step, and may be too coarse elsewhere), and leave the arrays that a
function is given as they are; rules of the package `adaptive_lr` are recognised and earn nothing.

After you hand in, hidden tests check tasks 2, 3, 5 and 6 again, with other numbers. Tasks 1, 4 and 7, two choices and a number of your own, are
checked once, and what you see is what counts; a person reads tasks 8 and 9. If a task is stubborn, go on with the next: none needs another's code.
"""

# %% nbgrader={"schema_version": 3, "grade_id": "setup", "grade": false, "solution": false, "locked": true, "task": false}
# Run this first.
try:
    from adaptive_lr.grading import check, numbers
except ImportError:
    pass  # INSTALL

import numpy as np

# %% nbgrader={"schema_version": 3, "grade_id": "student", "grade": false, "solution": true, "locked": false, "task": false}
STUDENT = "..."  # your id, as you hand in with it: task 4 gives everyone numbers of their own
### BEGIN SOLUTION
STUDENT = "instructor"
### END SOLUTION

# %% [markdown]
r"""
## Task 1 · Units

*Goal: see what is missing in a step. 2 points, about 6 minutes.*

Let $x$ be measured in metres and the loss in joules, so that a gradient $g$ is in joules per metre. Of which unit is $g/\sqrt{v}$, where $v$ is an
average of $g^2$?

- **a** metres
- **b** none: it is a bare number
- **c** metres per joule
- **d** joules per metre
"""

# %% nbgrader={"schema_version": 3, "grade_id": "task1_answer", "grade": false, "solution": true, "locked": false, "task": false}
unit = ...  # one letter, in quotes
### BEGIN SOLUTION
# The units of g and √v cancel. A step of x has to be in metres, so RMSprop's η must be: that is why its value has to be found anew for every problem.
# AdaDelta puts √u there, an average of earlier steps, which is in metres by itself.
# Common mistake: a, because a step of x has to be in metres. It has to, and that is what is missing: the quotient does not bring them, so η must.
unit = "b"
### END SOLUTION

# %% nbgrader={"schema_version": 3, "grade_id": "task1_units", "grade": true, "solution": false, "locked": true, "points": 2, "task": false}
check(unit, "adadelta_units", points=2)

# %% [markdown]
r"""
## Task 2 · One step

*Goal: turn AdaDelta's equations into code. 6 points, about 15 minutes.*

$$v \leftarrow \beta v + (1 - \beta)\, g^2, \qquad \Delta = \frac{\sqrt{u + \varepsilon}}{\sqrt{v + \varepsilon}}\, g, \qquad u \leftarrow \beta u + (1 - \beta)\, \Delta^2, \qquad x \leftarrow x - \eta\, \Delta$$

Mind the order: $\Delta$ takes the new $v$ and the *old* $u$. The paper has $\eta = 1$; the frameworks added it. Both $\varepsilon$ stand inside their
roots, as in the paper, PyTorch and Keras: added to the roots they would make another rule. Leave the arrays that you are given as they are.
"""


# %% nbgrader={"schema_version": 3, "grade_id": "task2_answer", "grade": false, "solution": true, "locked": false, "task": false}
def adadelta_step(x, g, v, u, lr, beta, eps):
    """One AdaDelta update. Returns the new x, the new v and the new u.

    x, g, v, u: arrays of shape (d,): the parameters, their gradient, the averages of squared gradients and of squared steps so far.
    lr, beta, eps: numbers, η, β and ε.
    """
    ### BEGIN SOLUTION
    # u cannot be new in Δ: it is made of Δ. And it remembers Δ itself, before η multiplies it.
    # Common mistake: a u that averages (ηΔ)². At η = 1 nothing shows it; at η = 0.1, on a slope of 1 with β = 0.95 and ε = 10⁻⁶, 200 updates then go 0.022
    # in the place of 0.104.
    v = beta * v + (1 - beta) * g**2
    delta = np.sqrt(u + eps) / np.sqrt(v + eps) * g
    u = beta * u + (1 - beta) * delta**2
    x = x - lr * delta
    return x, v, u
    ### END SOLUTION
    raise NotImplementedError


# %% nbgrader={"schema_version": 3, "grade_id": "task2_step", "grade": true, "solution": false, "locked": true, "points": 6, "task": false}
check(adadelta_step, "adadelta_step", points=6)
### BEGIN HIDDEN TESTS
check(adadelta_step, "adadelta_step", points=6, seed=902)
### END HIDDEN TESTS

# %% [markdown]
r"""
## Task 3 · The first step

*Goal: read a rule's beginning off its equations. 3 points, about 10 minutes.*

At the start $u = v = 0$. How long is the first step, with $\eta = 1$? A formula in `beta`, `eps` and `g`, as text: a root is `sqrt(…)`, a size
`abs(…)`, and a length is positive for a negative $g$, too. Every equal form counts as right. Then let $g$ be large in your head: what is left?
"""

# %% nbgrader={"schema_version": 3, "grade_id": "task3_answer", "grade": false, "solution": true, "locked": false, "task": false}
length = ...  # for example "sqrt(eps) * g"
### BEGIN SOLUTION
# u = 0 leaves √ε above, and v = (1 − β) g² below. For large gradients g cancels: √ε/√(1 − β).
# Common mistake: v taken to be g² at once, without 1 − β. For large gradients the length is then √ε, at β = 0.95 too short by a factor of 4.5. With g for
# abs(g) it is negative where g is.
length = "sqrt(eps) / sqrt((1 - beta) * g**2 + eps) * abs(g)"
### END SOLUTION

# %% nbgrader={"schema_version": 3, "grade_id": "task3_first_step", "grade": true, "solution": false, "locked": true, "points": 3, "task": false}
check(length, "first_step", points=3)
### BEGIN HIDDEN TESTS
check(length, "first_step", points=3, seed=903)
### END HIDDEN TESTS

# %% [markdown]
r"""
## Task 4 · The first step in numbers

*Goal: predict a number, then verify it. 3 points, about 8 minutes.*

How long is the step of task 3 for your own $\varepsilon$ and $\beta$, if the gradient is so large that $\varepsilon$ does not matter beside $v$? One
percent off is near enough. With steps of that length, how many would it take to go a distance of 1?
"""

# %% nbgrader={"schema_version": 3, "grade_id": "task4_numbers", "grade": false, "solution": false, "locked": true, "task": false}
mine = numbers("adadelta_first_step", STUDENT)
mine

# %% nbgrader={"schema_version": 3, "grade_id": "task4_answer", "grade": false, "solution": true, "locked": false, "task": false}
first = ...  # a number
### BEGIN SOLUTION
# √(ε/(1 − β)), whatever the gradient: 0.0045 with ε = 10⁻⁶ and β = 0.95, which makes 224 such steps of a distance of 1. ε, meant as a guard, is what sets
# AdaDelta going.
# Common mistake: √ε alone. With ε = 10⁻⁶ and β = 0.95 that is 0.001, where 0.0045 is right; ε/(1 − β), without the root, is 0.00002.
first = np.sqrt(mine["eps"] / (1 - mine["beta"]))
### END SOLUTION

# %% nbgrader={"schema_version": 3, "grade_id": "task4_numbers_told", "grade": true, "solution": false, "locked": true, "points": 3, "task": false}
check(first, "adadelta_first_step", points=3, student=STUDENT)

# %% [markdown]
r"""
## Task 5 · Challenge: how far it gets

*Goal: simulate a rule on the simplest slope. 4 points, about 14 minutes.*

Under a steady gradient $g$ the steps grow, since $u$ takes each of them in. Write how far AdaDelta has gone after `steps` updates ($\eta = 1$,
$u = v = 0$ at first), as a positive number. Then try $g = 1$ and $g = 100$: what do you notice?
"""


# %% nbgrader={"schema_version": 3, "grade_id": "task5_answer", "grade": false, "solution": true, "locked": false, "task": false}
def way_gone(g, beta, eps, steps):
    """The distance gone after `steps` updates with the gradient g."""
    ### BEGIN SOLUTION
    # The way hardly depends on g: it cancels, as soon as ε is small beside v. With β = 0.95 and ε = 10⁻⁶, 200 updates go 1.044 for g = 1 and for g = 100.
    # Common mistake: to update u first and let Δ use the new one. It is hard to see, 1.053 in the place of 1.044, so check the first step by hand. Adding
    # up Δ and not |Δ| makes the way of a negative gradient negative.
    v, u, way = 0.0, 0.0, 0.0
    for _ in range(steps):
        v = beta * v + (1 - beta) * g**2
        delta = np.sqrt(u + eps) / np.sqrt(v + eps) * g
        u = beta * u + (1 - beta) * delta**2
        way = way + abs(delta)
    return way
    ### END SOLUTION
    raise NotImplementedError


# %% nbgrader={"schema_version": 3, "grade_id": "task5_way", "grade": true, "solution": false, "locked": true, "points": 4, "task": false}
check(way_gone, "way_gone", points=4)
### BEGIN HIDDEN TESTS
check(way_gone, "way_gone", points=4, seed=905)
### END HIDDEN TESTS

# %% [markdown]
r"""
## Task 6 · Find the bug

*Goal: go from a symptom to its cause. 4 points, about 12 minutes.*

"My AdaDelta starts with a bang," a colleague says. "The book says that it starts slowly."
"""


# %% nbgrader={"schema_version": 3, "grade_id": "colleague", "grade": false, "solution": false, "locked": true, "task": false}
def colleagues_adadelta(grad, x0, beta, eps, steps):
    """The point reached after `steps` AdaDelta updates from x0."""
    x = np.array(x0, dtype=float)
    v, u = np.zeros_like(x), np.zeros_like(x)
    for _ in range(steps):
        g = grad(x)
        v = beta * v + (1 - beta) * g**2
        delta = np.sqrt(u + eps) / np.sqrt(v + eps) * g
        u = beta * u + (1 - beta) * g**2
        x = x - delta
    return x


for steps in (1, 2, 3, 4):
    print(f"a slope of 1: after {steps} updates it has gone", -colleagues_adadelta(lambda x: np.ones(1), [0.0], 0.95, 1e-6, steps)[0])

# %% [markdown]
r"""
Copy the function into the next cell under its new name, and repair it.
"""


# %% nbgrader={"schema_version": 3, "grade_id": "task6_answer", "grade": false, "solution": true, "locked": false, "task": false}
def repaired_adadelta(grad, x0, beta, eps, steps):
    """The point reached after `steps` AdaDelta updates from x0."""
    ### BEGIN SOLUTION
    # u averaged squared gradients where squared steps belong: then u and v are the same average, one update apart, the ratio is about 1, and the rule is
    # gradient descent with η = 1. The lecture notes print such a ratio in their module on schedules.
    # Common mistake: to lower ε, since the start is too fast. Only the first step gets shorter: with ε = 10⁻⁸ the colleague's code has gone 0.717 after two
    # updates, as against 0.721, and the right one 0.009 at ε = 10⁻⁶.
    x = np.array(x0, dtype=float)
    v, u = np.zeros_like(x), np.zeros_like(x)
    for _ in range(steps):
        g = grad(x)
        v = beta * v + (1 - beta) * g**2
        delta = np.sqrt(u + eps) / np.sqrt(v + eps) * g
        u = beta * u + (1 - beta) * delta**2
        x = x - delta
    return x
    ### END SOLUTION
    raise NotImplementedError


# %% nbgrader={"schema_version": 3, "grade_id": "task6_bug", "grade": true, "solution": false, "locked": true, "points": 4, "task": false}
check(repaired_adadelta, "repaired_adadelta", points=4)
### BEGIN HIDDEN TESTS
check(repaired_adadelta, "repaired_adadelta", points=4, seed=906)
### END HIDDEN TESTS

# %% [markdown]
r"""
## Task 7 · What sets it going

*Goal: name the setting that matters. 2 points, about 5 minutes.*

Where gradients are not tiny, what decides most how long AdaDelta takes to go its first unit of distance?

- **a** β
- **b** the size of the first gradient
- **c** ε
- **d** the distance to the minimum
"""

# %% nbgrader={"schema_version": 3, "grade_id": "task7_answer", "grade": false, "solution": true, "locked": false, "task": false}
decides = ...  # one letter, in quotes
### BEGIN SOLUTION
# The first step is √(ε/(1 − β)), and each later one grows from it. A hundredfold ε makes a tenfold first step.
# Common mistake: a. β does enter, through 1/√(1 − β): on a slope of 1, at ε = 10⁻⁶, the first unit takes 193 updates with β = 0.95 and 99 with 0.99. But at
# β = 0.95 it takes 22 with ε = 10⁻⁴ and 1,355 with 10⁻⁸.
decides = "c"
### END SOLUTION

# %% nbgrader={"schema_version": 3, "grade_id": "task7_begins", "grade": true, "solution": false, "locked": true, "points": 2, "task": false}
check(decides, "adadelta_begins", points=2)

# %% [markdown]
r"""
## Task 8 · Nothing to choose

*Goal: judge a sentence that is often read. 4 points, about 13 minutes, read by a person.*

"AdaDelta has no learning rate, so there is nothing to be tuned." Say what is right about it, with the units of task 1 (1 point), what takes the
learning rate's place and what its unit is, with a number from task 4 or 5 (1 point), what happens to a problem whose parameters are written down in
other units, a thousand times as large (1 point), and what you would tell a colleague who believes the sentence (1 point). Five to eight sentences.
"""

# %% [markdown] nbgrader={"schema_version": 3, "grade_id": "task8_sentence", "grade": true, "solution": true, "locked": false, "points": 4, "task": false}
r"""
It is right that the step has the unit of x by itself, since √u is an average of earlier steps: once u is filled, AdaDelta goes on at the scale of its
own steps, whatever the unit. But u is empty at first, and then √ε stands in its place. So ε has the unit of x², and √ε is a length that somebody
chose: with ε = 10⁻⁶ and β = 0.95 the first step is 0.0045 long. Write the parameters as numbers a thousand times as large, and the first step is
still 0.0045, now of a way a thousand times as long; it takes far more updates until the steps have grown. So the sentence moves the choice from η to
ε instead of removing it. I would tell the colleague to try ε in steps of a hundred before giving the rule up as slow.

*Common mistake:* to conclude from the units that the rule does not care how the parameters are written down. That holds once u is filled; at the
start √ε is a fixed length, and a way a thousand times as long begins with the same 0.0045.
"""

# %% [markdown]
r"""
## Task 9 · A fair trial

*Goal: design an experiment. 3 points, about 12 minutes, read by a person.*

Is AdaDelta at its defaults better than Adam at its defaults? Describe a trial whose answer you would believe: on what, and with which units of the
parameters (1 point), what you measure and over how many runs (1 point), and what the word "defaults" hides in this question (1 point). Four to seven
sentences.
"""

# %% [markdown] nbgrader={"schema_version": 3, "grade_id": "task9_trial", "grade": true, "solution": true, "locked": false, "points": 3, "task": false}
r"""
I would take several small problems and one network, each in three versions whose parameters are written in units of 1, 100 and 1/100, because both
rules hide a length: AdaDelta's √ε and Adam's η = 0.001. For each I would count the updates until the loss stays below a goal that is fixed
beforehand, over ten starts or seeds, the same for both, and compare pair by pair. If one is ahead in all versions, I would believe it; I expect that
the winner changes with the unit. The word hides that the defaults were chosen by people for problems of a certain size, Adam's for network weights of
some hundredths: the trial measures that fit as much as the rules. A tuned comparison, one number each, would be a second and different question.

*Common mistake:* a trial in a single unit of the parameters. It is won by whoever's hidden length, √ε or η, happens to fit that unit. One run of each
rule cannot tell the rules from the seeds.
"""

# %% [markdown]
r"""
## How far you have come
"""

# %% nbgrader={"schema_version": 3, "grade_id": "progress", "grade": false, "solution": false, "locked": true, "task": false}
check.all()
