"""The assignment on schedules: its tasks, and what goes wrong in them."""

import numpy as np

from ...schedules import CosineAnnealing, StepDecay, Triangular, WarmRestarts, Warmup
from ..answers import Number
from ..curves import Curve
from ..functions import Formula, Function
from ..slips import slip


def between(rng, low, high):
    return round(rng.uniform(low, high), 2)


def low_high(rng):
    return between(rng, 0.01, 0.1), between(rng, 0.5, 1.0)


def falling(high):
    """What a warm-up leads to."""

    def after(t):
        return high * 0.9**t

    after.__doc__ = f"{high:g} · 0.9ᵗ"
    return after


STEPS = "power(self.gamma, np.floor(t / self.tau))"
step_decay = Curve(
    "step_decay",
    StepDecay,
    settings=lambda rng: (between(rng, 0.1, 1), between(rng, 0.3, 0.8), int(rng.integers(4, 9))),
    until=30,
    slips=(
        slip(
            "the rate falls smoothly: the whole part is not taken",
            "Between two drops t/τ has to count as the same number.",
            STEPS,
            "power(self.gamma, t / self.tau)",
        ),
        slip(
            "t/τ is rounded to the nearest whole number",
            "The first drop comes at t = τ, not half-way there.",
            STEPS,
            "power(self.gamma, np.round(t / self.tau))",
        ),
        slip("t/τ is rounded up", "Before t = τ the rate is still η₀.", STEPS, "power(self.gamma, np.ceil(t / self.tau))"),
        slip("the rate drops at every t", "How many drops have there been at time t?", STEPS, "power(self.gamma, t)"),
        slip("the rate is multiplied by the number of drops", "Each drop multiplies: it is a power.", STEPS, "self.gamma * np.floor(t / self.tau)"),
        slip("the drops come one update too early", "The schedule's first t is 0.", STEPS, "power(self.gamma, np.floor((t + 1) / self.tau))"),
        slip("the drop happens only once", "After 2τ there have been two drops.", STEPS, "np.where(t < self.tau, 1, self.gamma)"),
        slip("γ divides", "γ is below 1, and the rate is to fall.", "* power", "/ power"),
    ),
)

RISE, SPAN = "np.maximum(0, 1 - np.abs(phase - 2 * cycle + 1))", "self.lr_min + (self.lr_max - self.lr_min) *"
triangular = Curve(
    "triangular",
    Triangular,
    settings=lambda rng: (*low_high(rng), int(rng.integers(3, 8))),
    until=30,
    slips=(
        slip(
            "half_period is taken for the whole period",
            "μ updates up and μ updates down: how long is a cycle?",
            "t / self.half_period",
            "2 * t / self.half_period",
        ),
        slip("the triangle is upside down", "At t = 0 the rate is the lower one.", RISE, "(1 - np.maximum(0, 1 - np.abs(phase - 2 * cycle + 1)))"),
        slip("the rate jumps down at each peak: a saw", "After the peak it falls as slowly as it rose.", RISE, "(phase - np.floor(phase))"),
        slip("the lower rate is missing", "At t = 0 the rate is η_min, not 0.", SPAN, "self.lr_max *"),
        slip("η_min is not added", "The triangle stands on η_min: at t = 0 the rate is not 0.", SPAN, "(self.lr_max - self.lr_min) *"),
        slip("the peak is η_min + η_max", "What has to be added to η_min to reach η_max?", SPAN, "self.lr_min + self.lr_max *"),
        slip("there is one triangle only", "The cycle is repeated for ever.", "np.floor(1 + phase / 2)", "1"),
        slip("the schedule starts at t = 1", "The first t is 0.", "t / self.half_period", "(t - 1) / self.half_period"),
        slip(
            "the size of the difference is not taken: the rate only rises or stays",
            "The distance from the peak counts on both sides.",
            RISE,
            "np.maximum(0, 1 + (phase - 2 * cycle + 1))",
        ),
    ),
)

HALF_COSINE = "(1 + np.cos(np.pi * share)) / 2"
cosine_annealing = Curve(
    "cosine_annealing",
    CosineAnnealing,
    settings=lambda rng: (*low_high(rng), int(rng.integers(10, 20))),
    until=20,
    slips=(
        slip("a whole cosine is taken, not half of one", "At the end the cosine is to be −1.", "np.cos(np.pi * share)", "np.cos(2 * np.pi * share)"),
        slip("a quarter of a cosine is taken", "At the end the slope is to be 0 again.", HALF_COSINE, "np.cos(np.pi * share / 2)"),
        slip("the curve rises", "The rate starts at η_max.", "(1 + np.cos(", "(1 - np.cos("),
        slip("the half is missing", "At t = 0 the rate is η_max: what does 1 + cos 0 make?", HALF_COSINE, "(1 + np.cos(np.pi * share))"),
        slip("the lower rate is missing", "At the end the rate is η_min, not 0.", SPAN, "self.lr_max *"),
        slip("η_min is not added", "The curve ends at η_min, not at 0.", SPAN, "(self.lr_max - self.lr_min) *"),
        slip("the peak is η_min + η_max", "What has to be added to η_min to reach η_max?", SPAN, "self.lr_min + self.lr_max *"),
        slip("the curve goes up again after the end", "After T the rate stays where it is.", "np.minimum(t, self.steps)", "t"),
        slip("the curve ends one update early", "η_min is reached at t = T.", "/ self.steps", "/ (self.steps - 1)"),
        slip("the rate falls along a straight line", "A cosine is flat at both ends.", HALF_COSINE, "(1 - share)"),
        slip("degrees are taken for radians", "np.cos wants radians: half a turn is π.", "np.cos(np.pi * share)", "np.cos(180 * share)"),
    ),
)

warm_restarts = Curve(
    "warm_restarts",
    WarmRestarts,
    settings=lambda rng: (*low_high(rng), int(rng.integers(3, 6)), int(rng.integers(2, 4))),
    until=40,
    besides=lambda rng: [
        ((*low_high(rng), int(rng.integers(3, 6)), 1), range(20)),
        ((*low_high(rng), 2, 3), range(236, 248)),  # where a logarithm of whole powers is rounded down: here the natural one,
        ((*low_high(rng), 2, 5), range(56, 68)),  # the decimal one,
        ((*low_high(rng), 1, 11), range(127, 139)),  # and that to the base 2
    ],
    slips=(
        slip(
            "all cycles have the same length",
            "Each cycle is `factor` times as long as the one before.",
            "length = self.first * power(self.factor, i)",
            "length, began = self.first, 0",
            "np.where(np.equal(self.factor, 1), self.first * np.floor(t / self.first), (length - self.first) / (r - 1))",
            "self.first * np.floor(t / self.first)",
        ),
        slip("the new cycle starts one update late", "At the end of a cycle the rate jumps back at once.", "np.floor(t) + 0.5", "np.floor(t) - 0.5 + (t < 1)"),
        slip("time is not counted from the beginning of the cycle", "Each cycle has a t of its own, which starts at 0.", "(t - began) / length", "t / length"),
        slip("each cycle rises", "A cycle starts at η_max and falls.", "(1 + np.cos(", "(1 - np.cos("),
        slip(
            "the half is missing",
            "At t = 0 the rate is η_max: what does 1 + cos 0 make?",
            "(1 + np.cos(np.pi * (t - began) / length)) / 2",
            "(1 + np.cos(np.pi * (t - began) / length))",
        ),
        slip("the lower rate is missing", "A cycle falls to η_min, not to 0.", SPAN, "self.lr_max *"),
        slip("η_min is not added", "A cycle starts at η_max and falls to η_min, not to 0.", SPAN, "(self.lr_max - self.lr_min) *"),
        slip("a whole cosine is taken, not half of one", "At the end of a cycle the cosine is to be −1.", "np.cos(np.pi *", "np.cos(2 * np.pi *"),
        slip(
            "a logarithm is taken to the base 1",
            "At factor = 1 all cycles have the length `first`, and a division counts them.",
            "np.maximum(self.factor, 2)",
            "self.factor if self.factor > 1 else 1 // 0",
        ),
        *(
            slip(
                f"the cycle is found by a logarithm{base} that is rounded",
                "Where a cycle begins, a computer's logarithm of a whole power may be 4.999… Which numbers have no rounding?",
                *("np.floor(t) + 0.5", "np.floor(t)", "np.log(1 + midway * (r - 1) / self.first) / np.log(r)"),
                f"{log}(1 + midway * (r - 1) / self.first) / {log}(r)",
            )
            for base, log in ((" to the base 2", "np.log2"), (" to the base 10", "np.log10"))
        ),
        slip(
            "the cycle is found by a logarithm that is rounded",
            "A computer's log₃ 243 is 4.999…: at t = 242, in the task's example, a cycle begins. Which numbers have no rounding?",
            "np.floor(t) + 0.5",
            "np.floor(t)",
        ),
        slip("there are no restarts", "After the first cycle the rate jumps back to η_max.", "(t - began) / length", "np.minimum(t, self.first) / self.first"),
    ),
)

warmup = Curve(
    "warmup",
    Warmup,
    settings=lambda rng: (int(rng.integers(4, 9)), falling(between(rng, 0.5, 1))),
    until=20,
    slips=(
        slip("the first update has the rate 0", "At t = 0 one step of the rise has been made: t + 1.", "(t + 1) / self.steps", "t / self.steps"),
        slip(
            "the rise ends below the top", "Just before t = T the rate is that of `after` at its own 0.", "(t + 1) / self.steps", "(t + 1) / (self.steps + 1)"
        ),
        slip(
            "`after` is asked at t, not at its own time",
            "When the rise is over, `after` is at its own t = 0.",
            "self.after(np.maximum(t - self.steps, 0))",
            "self.after(t)",
        ),
        slip("the rise goes to the rate of `after` at time t", "The top of the rise is after(0).", "self.after(0) *", "self.after(t) *"),
        slip(
            "the rise never ends",
            "From t = T on the rate is that of `after`.",
            "np.where(t < self.steps, rise, self.after(np.maximum(t - self.steps, 0)))",
            "rise",
        ),
        slip("the rise goes on for one update too long", "How many updates are there with t < T?", "t < self.steps", "t <= self.steps"),
        slip("`after` begins at its t = 1", "At t = T, which is its own t = 0.", "np.maximum(t - self.steps, 0)", "np.maximum(t - self.steps + 1, 0)"),
        slip("there is no rise", "For t < T the rate is a share of after(0).", "np.where(t < self.steps, rise,", "np.where(False, rise,"),
        slip(
            "the rate stays at the top before `after` begins", "`after` begins at t = T.", "np.maximum(t - self.steps, 0)", "np.maximum(t - 2 * self.steps, 0)"
        ),
    ),
)


def noise_floor(lr, c, sigma):
    return lr * sigma**2 / (c * (2 - lr * c))


FLOOR = "lr * sigma**2 / (c * (2 - lr * c))"
floor = Formula(
    noise_floor,
    draws=lambda rng: {
        "a calm rate": [(0.1, 1.0, 2.0), tuple(np.round(rng.uniform(0.1, 0.6, 3), 2))],
        "near the largest stable rate": [(0.9, 2.0, 0.5), (1.7, 1.0, 1.0)],
    },
    results=("E[x²]",),
    slips=(
        slip("the noise enters without its square", "How does a variance change if the noise is doubled?", FLOOR, "lr * sigma / (c * (2 - lr * c))"),
        slip(
            "the small-rate approximation is taken for the whole",
            "ησ²/(2c) is right for ηc far below 1. Keep the square of (1 − ηc).",
            FLOOR,
            "lr * sigma**2 / (2 * c)",
        ),
        slip("one step's noise is taken for the sum of all", "Each step's noise adds to what is left of those before.", FLOOR, "lr**2 * sigma**2"),
        slip("the shares (1 − ηc) are summed without their square", "A variance is multiplied by the square of the share.", FLOOR, "lr * sigma**2 / c"),
        slip("a factor η is left over", "Write 1 − (1 − ηc)² as a product: does one of its factors cancel?", FLOOR, "lr**2 * sigma**2 / (c * (2 - lr * c))"),
        slip("the curvature is missing", "Is a steep bowl as bad as a flat one?", FLOOR, "lr * sigma**2 / (2 - lr * c)"),
        slip("that is the standard deviation, not its square", "E[x²] is asked for.", FLOOR, "np.sqrt(lr * sigma**2 / (c * (2 - lr * c)))"),
    ),
)


def decay_for(share, updates):
    return np.log(1 / share) / updates


RIGHT_DECAY = "np.log(1 / share) / updates"
decay = Number(
    "schedules_decay",
    decay_for,
    draw=lambda rng: {"share": round(rng.uniform(0.01, 0.2), 2), "updates": int(rng.integers(200, 5000))},
    slips=(
        slip("the logarithm is missing", "e^(−λT) is to be the share: take logarithms on both sides.", RIGHT_DECAY, "1 / (share * updates)"),
        slip("the sign is wrong", "λ is positive: the schedule has its minus already.", RIGHT_DECAY, "np.log(share) / updates"),
        slip("λ is taken for the factor of each update", "That factor is e^(−λ).", RIGHT_DECAY, "share ** (1 / updates)"),
        slip("what is lost is taken for what is left", "The rate is to fall *to* that share, not by it.", RIGHT_DECAY, "np.log(1 / (1 - share)) / updates"),
        slip("the logarithm is to base 10", "The schedule is a power of e.", RIGHT_DECAY, "np.log10(1 / share) / updates"),
        slip("the updates are missing", "After T updates, not after one.", RIGHT_DECAY, "np.log(1 / share)"),
    ),
)


def rates_of_training(schedule, epochs, updates_per_epoch):
    return [schedule(t) for t in range(epochs * updates_per_epoch)]


def two_or_one(t):
    """2, 2, 1, 1, 2, 2, 1, 1, …"""
    return 2.0 if t % 4 < 2 else 1.0


def slowly_down(t):
    """1 / (1 + t)."""
    return 1 / (1 + t)


ALL = "[schedule(t) for t in range(epochs * updates_per_epoch)]"
training = Function(
    rates_of_training,
    draws=lambda rng: {
        "one epoch": [(slowly_down, 1, 4)],
        "several epochs": [(slowly_down, int(rng.integers(2, 6)), int(rng.integers(3, 9))), (two_or_one, 2, int(rng.integers(5, 9)))],
        "epochs of one update": [(slowly_down, 6, 1)],
    },
    results=("the rates",),
    along="update",
    of_numbers=True,
    slips=(
        slip(
            "the schedule is asked once an epoch",
            "Its t counts updates: ask it at each.",
            ALL,
            "[schedule(epoch) for epoch in range(epochs) for _ in range(updates_per_epoch)]",
        ),
        slip(
            "t begins anew in every epoch",
            "The second epoch goes on where the first ended.",
            ALL,
            "[schedule(t) for _ in range(epochs) for t in range(updates_per_epoch)]",
        ),
        slip("t begins at 1", "The first update has t = 0.", ALL, "[schedule(t + 1) for t in range(epochs * updates_per_epoch)]"),
        slip("there is one rate for each epoch", "Return one for each update.", ALL, "[schedule(epoch * updates_per_epoch) for epoch in range(epochs)]"),
        slip(
            "an update is missing at the end of every epoch",
            "How many updates has an epoch?",
            ALL,
            "[schedule(t) for t in range(epochs * (updates_per_epoch - 1))]",
        ),
        slip("there is one rate too many", "n updates have the rates of t = 0 to n − 1.", ALL, "[schedule(t) for t in range(epochs * updates_per_epoch + 1)]"),
    ),
)

TASKS = (step_decay, triangular, cosine_annealing, warm_restarts, warmup, floor, decay, training)
