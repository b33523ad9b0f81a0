"""Right answers of the assignment on schedules, as different people write them."""

import math

import numpy as np


def step_decay(t, lr0, gamma, tau):
    return lr0 * gamma ** np.floor(t / tau)


def step_by_whole_division(t, lr0, gamma, tau):
    return lr0 * gamma ** (t // tau)


def step_with_a_loop(t, lr0, gamma, tau):
    lr = lr0
    for now in range(1, t + 1):
        if now % tau == 0:
            lr *= gamma
    return lr


def step_recursively(t, lr0, gamma, tau):
    return lr0 if t < tau else gamma * step_recursively(t - tau, lr0, gamma, tau)


def step_with_logarithms(t, lr0, gamma, tau):
    return math.exp(math.log(lr0) + int(t / tau) * math.log(gamma))


def triangular(t, lr_min, lr_max, half_period):
    place = t % (2 * half_period)
    share = 1 - abs(place / half_period - 1)
    return lr_min + (lr_max - lr_min) * share


def triangular_with_cases(t, lr_min, lr_max, half_period):
    cycle, place = divmod(t, 2 * half_period)
    slope = (lr_max - lr_min) / half_period
    return lr_min + slope * place if place <= half_period else lr_max - slope * (place - half_period)


def triangular_as_smith(t, lr_min, lr_max, half_period):
    cycle = np.floor(1 + t / (2 * half_period))
    distance = np.abs(t / half_period - 2 * cycle + 1)
    return lr_min + (lr_max - lr_min) * np.maximum(0, 1 - distance)


def triangular_with_an_arcsine(t, lr_min, lr_max, half_period):
    wave = math.asin(math.sin(math.pi * (t / half_period - 0.5))) / math.pi + 0.5
    return (1 - wave) * lr_min + wave * lr_max


def triangular_by_interpolation(t, lr_min, lr_max, half_period):
    return np.interp(t, [0, half_period, 2 * half_period], [lr_min, lr_max, lr_min], period=2 * half_period)


def cosine_annealing(t, lr_min, lr_max, steps):
    share = min(t, steps) / steps
    return lr_min + (lr_max - lr_min) * (1 + np.cos(np.pi * share)) / 2


def cosine_with_a_case(t, lr_min, lr_max, steps):
    if t >= steps:
        return lr_min
    return lr_min + 0.5 * (lr_max - lr_min) * (1 + math.cos(math.pi * t / steps))


def cosine_squared(t, lr_min, lr_max, steps):
    return lr_min + (lr_max - lr_min) * np.cos(np.pi / 2 * np.clip(t / steps, 0, 1)) ** 2


def cosine_round_the_mean(t, lr_min, lr_max, steps):
    return (lr_max + lr_min) / 2 + (lr_max - lr_min) / 2 * math.cos(math.pi * min(1, t / steps))


def cosine_from_the_top(t, lr_min, lr_max, steps):
    return lr_max - (lr_max - lr_min) * math.sin(math.pi * min(t, steps) / (2 * steps)) ** 2


def warm_restarts(t, lr_min, lr_max, first, factor):
    began, length = 0, first
    while t >= began + length:
        began, length = began + length, length * factor
    share = (t - began) / length
    return lr_min + (lr_max - lr_min) * (1 + np.cos(np.pi * share)) / 2


def restarts_recursively(t, lr_min, lr_max, first, factor):
    if t >= first:
        return restarts_recursively(t - first, lr_min, lr_max, first * factor, factor)
    return lr_min + (lr_max - lr_min) * np.cos(np.pi * t / first / 2) ** 2


def restarts_from_a_list(t, lr_min, lr_max, first, factor):
    starts = [0]
    while starts[-1] <= t:
        starts.append(starts[-1] + first * factor ** (len(starts) - 1))
    began, ends = starts[-2:]
    return lr_min + (lr_max - lr_min) / 2 * (1 + math.cos((t - began) / (ends - began) * math.pi))


def restarts_update_by_update(t, lr_min, lr_max, first, factor):
    place, length = 0, first
    for _ in range(t):
        place += 1
        if place == length:
            place, length = 0, length * factor
    return (lr_max + lr_min + (lr_max - lr_min) * math.cos(math.pi * place / length)) / 2


def restarts_by_searching(t, lr_min, lr_max, first, factor):
    lengths = first * factor ** np.arange(40.0 if factor > 1 else t // first + 1)
    ends = np.cumsum(lengths)
    cycle = np.searchsorted(ends, t, side="right")
    share = (t - ends[cycle] + lengths[cycle]) / lengths[cycle]
    return lr_min + (lr_max - lr_min) * (1 + math.cos(math.pi * share)) / 2


def warmup(t, steps, after):
    if t < steps:
        return after(0) * (t + 1) / steps
    return after(t - steps)


def warmup_in_one_line(t, steps, after):
    return after(0) * (t + 1) / steps if t + 1 <= steps else after(t - steps)


def warmup_with_a_product(t, steps, after):
    return min(1, (t + 1) / steps) * after(max(0, t - steps))


def warmup_adding_up(t, steps, after):
    rate, top = 0, after(0)
    for _ in range(min(t + 1, steps)):
        rate += top / steps
    return rate if t < steps else after(t - steps)


def warmup_from_a_table(t, steps, after):
    rates = [*np.linspace(0, after(0), steps + 1)[1:], *map(after, range(t + 1))]
    return rates[t]


def noise_floor(lr, c, sigma):
    return lr * sigma**2 / (c * (2 - lr * c))


def rates_of_training(schedule, epochs, updates_per_epoch):
    return [schedule(t) for t in range(epochs * updates_per_epoch)]


def rates_in_two_loops(schedule, epochs, updates_per_epoch):
    rates, t = [], 0
    for _ in range(epochs):
        for _ in range(updates_per_epoch):
            rates.append(schedule(t))
            t += 1
    return rates


def rates_by_epoch_and_update(schedule, epochs, updates_per_epoch):
    return [schedule(epoch * updates_per_epoch + update) for epoch in range(epochs) for update in range(updates_per_epoch)]


def rates_in_an_array(schedule, epochs, updates_per_epoch):
    rates = np.zeros((epochs, updates_per_epoch))
    for epoch, update in np.ndindex(rates.shape):
        rates[epoch, update] = schedule(update + epoch * updates_per_epoch)
    return rates.ravel()


def rates_mapped(schedule, epochs, updates_per_epoch):
    return list(map(schedule, np.arange(epochs * updates_per_epoch)))


def cosine_of_an_array(t, lr_min, lr_max, steps):
    share = np.minimum(np.atleast_1d(t), steps) / steps
    return lr_min + (lr_max - lr_min) * (1 + np.cos(np.pi * share)) / 2


def restarts_by_a_logarithm_and_a_look(t, lr_min, lr_max, first, factor):
    """The logarithm finds the cycle nearly always, and a look at its ends whether it has."""
    if factor == 1:
        return cosine_annealing(t % first, lr_min, lr_max, first)
    i = int(np.log(t * (factor - 1) / first + 1) / np.log(factor))
    while first * (factor ** (i + 1) - 1) // (factor - 1) <= t:
        i += 1
    began = first * (factor**i - 1) // (factor - 1)
    return cosine_annealing(t - began, lr_min, lr_max, first * factor**i)


ANSWERS = {
    "step_decay": [step_decay, step_by_whole_division, step_with_a_loop, step_recursively, step_with_logarithms],
    "triangular": [triangular, triangular_with_cases, triangular_as_smith, triangular_with_an_arcsine, triangular_by_interpolation],
    "cosine_annealing": [cosine_annealing, cosine_with_a_case, cosine_squared, cosine_round_the_mean, cosine_from_the_top, cosine_of_an_array],
    "warm_restarts": [
        warm_restarts,
        restarts_recursively,
        restarts_from_a_list,
        restarts_update_by_update,
        restarts_by_searching,
        restarts_by_a_logarithm_and_a_look,
    ],
    "warmup": [warmup, warmup_in_one_line, warmup_with_a_product, warmup_adding_up, warmup_from_a_table],
    "noise_floor": [
        noise_floor,
        "lr * sigma**2 / (c * (2 - lr*c))",
        "lr**2 * sigma**2 / (1 - (1 - lr*c)**2)",
        "sigma**2 / (2*c/lr - c**2)",
        "(lr*sigma)**2 / (2*lr*c - (lr*c)**2)",
        "sigma*sigma*lr/c / (2 - c*lr)",
    ],
    "rates_of_training": [rates_of_training, rates_in_two_loops, rates_by_epoch_and_update, rates_in_an_array, rates_mapped],
}
