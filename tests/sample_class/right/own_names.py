# Splits the work into helpers and variables, with names that the checks could want for themselves, and uses them many cells later.

# %% task1_answer
def in_brief(text):
    return text[0]


same = agree = outcome = numbers = in_brief


def v(old, gradient):
    return old + gradient**2


def rate(memory, lr, eps):
    return lr / np.sqrt(memory + eps)


def x(old, gradient, memory, lr, eps):
    return old - rate(memory, lr, eps) * gradient


def adagrad_step(theta, gradient, memory, eta, epsilon):
    memory = v(memory, gradient)
    return x(theta, gradient, memory, eta, epsilon), memory


# %% task2_answer
def points(step, grad, x0, lr, eps):
    yield np.asarray(x0)
    here, memory = x0, 0
    while True:
        here, memory = step(here, g=grad(here), v=memory, lr=lr, eps=eps)
        yield here


def path(walk, length):
    return [next(walk) for _ in range(length)]


def descend(step, grad, x0, lr, eps, steps):
    return path(points(step, grad, x0, lr, eps), steps + 1)


# %% task3_answer
g, t, sum, case, cases, test, rng, yours, hits, updates, size, before = range(12)


def steady_rate(update, gradient, lr):
    return rate(update * gradient**2, lr, eps=0)


# %% task4_answer
root_of = "sqrt({})".format
rare_rate = f"{root_of('updates')} / {root_of('hits')}"


# %% task5_answer
def right(n):
    return (1 / np.sqrt(np.arange(n) + 1)).cumsum()[-1]


def rare_way(few, many):
    return np.array(right(few) / right(many))


# %% task6_answer
def slips(gradient, eps):
    return (abs(gradient) + eps) ** 2


def eps_inside(eps_outside, gradient):
    return slips(gradient, eps_outside) - slips(gradient, 0)


# %% task7_answer
lr, eps, steps, new_x, new_v, says, answer, answers, name, which, direction, state = range(12)


def repaired_adagrad(grad, x0, lr, eps, steps):
    return path(points(adagrad_step_in_words, grad, x0, lr, eps), steps + 1)[-1]


def adagrad_step_in_words(here, g, v, lr, eps):
    return adagrad_step(here, g, v, lr, eps)
