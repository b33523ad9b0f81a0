"""Claims 14 to 16, those of the module on Lp norms and AdaMax."""

from __future__ import annotations

import numpy as np

from ..norms import max_norm, power_sum_norm, scaled_norm
from ..optimizers import AdaMax, RMSprop
from ..rule import Array
from ..runner import minimize
from .measures import Given, signed
from .trial import FAILS, HOLDS, HOLDS_WHEN, Finding, claim

# AdaMax's u fades by β₂ per update, RMSprop's √v by √β: as much at AdaMax's β₂ = √β
L2, SAME_BETA, SAME_MEMORY = "L2", "max, same β₂", "max, same memory"


def contestants(beta) -> dict:
    """RMSprop's L2 norm with that β, and the max norm with the same number and with the same memory; η = 1, no ε. Momentum has no say in a rate."""
    return {
        L2: RMSprop(1.0, beta, eps=0.0),
        SAME_BETA: AdaMax(1.0, beta2=beta),
        SAME_MEMORY: AdaMax(1.0, beta2=np.sqrt(beta)),
    }


def rates(gradients: Array, beta=0.9) -> dict:
    """The effective rate of each contestant under the same gradients (T, d); (T, d), or (T, runs, d) for β (runs, 1)."""
    x0 = np.zeros(np.broadcast_shapes(np.shape(beta), gradients.shape[1:]))
    return {name: minimize(Given(gradients), rule, x0, steps=len(gradients)).rate for name, rule in contestants(beta).items()}


# ------------------------------------------------------------------------------------------------------------------ claim 14

WRITTEN, SCALED, MAX = "as it is written", "scaled", "max norm"
POWERS = np.union1d(np.geomspace(1, 1000, 31), 2.0)
PER_DECADE = 10
FORMATS = {name: np.finfo(name) for name in ("float64", "float32", "float16")}


@claim(14, "AdaMax", "Large p makes the Lp norm unstable; the max norm is stable.")
def large_powers_are_unstable() -> Finding:
    """The norm of s · (1, ½) for every size s that a floating-point format holds, ten to a decade, by each formula: is it right to 1 %?

    And is it the norm or its computation? By how much do norms of random vectors change when every coordinate is changed by up to a millionth?
    """
    found = {name: decades_right(name) for name in FORMATS}
    doubles, halves = found["float64"], found["float16"]
    whole, written = doubles["all"], doubles[WRITTEN]
    change = largest_change()
    one, two, ten, hundred, thousand = (abs(POWERS - p).argmin() for p in (1, 2, 10, 100, 1000))
    evidence = (
        f"Of the {whole:.0f} decades of sizes in double precision, Σ|x|ᵖ as it is written gets {written[one]:.0f} right at p = 1, {written[two]:.0f} at p = 2, "
        f"{written[ten]:.0f} at p = 10, {written[hundred]:.1f} at p = 100 and {written[thousand]:.1f} at p = 1,000. Scaled by the largest coordinate it gets "
        f"{doubles[SCALED].min():.0f} right at every p, as the max norm does. The norm itself is steady: coordinates that change by up to a millionth "
        f"change it by at most {change.max():.2f} millionths, at any p. In half precision p = 2 is enough for trouble: of {halves['all']:.0f} decades "
        f"{halves[WRITTEN][two]:.1f} are left."
    )
    numbers = {"found": found, "change": change}
    return Finding(*judge_stability({name: doubles[name] / whole for name in (WRITTEN, SCALED, MAX)}, change), evidence, numbers)


def decades_right(format_name: str) -> dict:
    """Of the sizes of a format: how many decades each formula gets right, for each p, and between which sizes the written one does."""
    info = FORMATS[format_name]
    exponents = np.arange(np.ceil(PER_DECADE * np.log10(float(info.tiny))), PER_DECADE * np.log10(float(info.max)) - 1) / PER_DECADE
    x = (10.0 ** exponents[:, None] * [1.0, 0.5]).astype(format_name)
    largest = x[:, 0].astype(float)

    def right(norm, p):
        exact = (1 + 0.5**p) ** (1 / p) if np.isfinite(p) else 1.0
        return abs(norm.astype(float) / largest / exact - 1) < 0.01

    powers = POWERS.tolist()  # of Python's floats, for NumPy's would raise the precision to their own
    written = np.array([right(power_sum_norm(x, p), p) for p in powers])
    return {
        "all": len(x) / PER_DECADE,
        WRITTEN: written.sum(axis=1) / PER_DECADE,
        SCALED: np.array([right(scaled_norm(x, p), p).sum() for p in powers]) / PER_DECADE,
        MAX: np.full(len(POWERS), right(max_norm(x), np.inf).sum()) / PER_DECADE,
        "between": np.array([exponents[ok][[0, -1]] for ok in written]),
    }


def largest_change() -> Array:
    """For each p, the largest relative change of the norm of 1,000 random vectors, in units of that of their coordinates."""
    rng = np.random.default_rng(0)
    x = rng.standard_normal((1000, 10))
    nudged = x * (1 + 1e-6 * rng.uniform(-1, 1, x.shape))
    return np.array([abs(scaled_norm(nudged, p) / scaled_norm(x, p) - 1).max() for p in POWERS]) * 1e6


def judge_stability(right, change) -> tuple[str, str]:
    """right: by formula, the share of all sizes that it gets right, for each p.  change: of the norm, relative to its coordinates', for each p.

    Unstable: less than half of the sizes are right at the largest p. The norm itself, or only the formula as it is written?
    """
    unstable = {name: shares[-1] < 0.5 for name, shares in right.items()}
    if unstable[MAX] or not unstable[WRITTEN]:
        return FAILS, ""
    if unstable[SCALED] or np.any(change > 2):
        return HOLDS, ""
    return HOLDS_WHEN, "the powers are summed as they are written"


# ------------------------------------------------------------------------------------------------------------------ claim 15

EVERY_SECOND, ONE_SIZE, ALL_SIZES = "every second", "at random, one size", "at random, all sizes"
MEMORIES = np.array([10, 30, 100, 300, 1000])
UPDATES, SETTLED, COLUMNS = 15_000, 10_000, 10


@claim(15, "AdaMax", "With gradients that alternate between high and zero, the max norm keeps a more even rate than L2.")
def is_more_even() -> Finding:
    """How uneven is the effective rate, once it has settled? By the standard deviation of its logarithm, over 5,000 updates and ten coordinates.

    Half of the gradients are zero: every second one, or a random half. Those that are not are 1, or drawn from a normal distribution.
    """
    streams = gradients_half_zero()
    betas = 1 - 1 / MEMORIES
    together = rates(np.concatenate(list(streams.values()), axis=1), betas[:, None])
    log_rates = {rule: np.split(np.log(rate[SETTLED:]), len(streams), axis=2) for rule, rate in together.items()}
    uneven = {name: {rule: parts[k].std(axis=(0, 2)) for rule, parts in log_rates.items()} for k, name in enumerate(streams)}
    ratio = {name: {rule: spread[rule] / spread[L2] for rule in (SAME_BETA, SAME_MEMORY)} for name, spread in uneven.items()}

    series = {rule: rate[:, 0] for rule, rate in rates(streams[EVERY_SECOND][:400, :1], 0.9).items()}
    last_two = {rule: rate[-2:] for rule, rate in series.items()}
    swing = {rule: rate.max() / rate.min() - 1 for rule, rate in last_two.items()}
    level = {rule: rate.mean() for rule, rate in last_two.items()}

    def over_memories(name):
        return f"{ratio[name][SAME_MEMORY][0]:.2f} to {ratio[name][SAME_MEMORY][-1]:.2f}"

    evidence = (
        f"Every second gradient zero, β₂ = 0.9: from trough to peak the rate swings by {swing[L2]:.1%} with L2 and by {swing[SAME_BETA]:.1%} with the max "
        f"norm, about {level[L2]:.2f} η/g and {level[SAME_BETA]:.2f} η/g; with the same memory, by {swing[SAME_MEMORY]:.1%} with the max norm too. Where zeros "
        f"come at random and the other gradients have one size, the max norm's rate is {over_memories(ONE_SIZE)} times as uneven as that of L2 with the "
        f"same memory, of {MEMORIES[0]} to {MEMORIES[-1]:,} updates; where they have all sizes, {over_memories(ALL_SIZES)} times."
    )
    numbers = {"series": series, "uneven": uneven, "ratio": ratio, "swing": swing, "level": level}
    return Finding(*judge_evenness(ratio), evidence, numbers)


def gradients_half_zero() -> dict:
    rng = np.random.default_rng(0)
    present = rng.random((UPDATES, COLUMNS)) < 0.5
    alternating = np.broadcast_to((np.arange(UPDATES) % 2 == 0)[:, None], present.shape)
    sizes = rng.standard_normal(present.shape)
    return {EVERY_SECOND: np.where(alternating, 1.0, 0.0), ONE_SIZE: np.where(present, 1.0, 0.0), ALL_SIZES: np.where(present, sizes, 0.0)}


CONDITIONS = {
    EVERY_SECOND: "every second gradient is zero",
    ONE_SIZE: "the zeros come at random between gradients of one size",
    ALL_SIZES: "the zeros come at random between gradients of all sizes",
}


def judge_evenness(ratio) -> tuple[str, str]:
    """ratio: by stream and by what is the same, of the max norm's unevenness to that of L2, for each memory. More even: by a twentieth, at each of them."""
    evener = {(name, same) for name, by_same in ratio.items() for same, ratios in by_same.items() if np.all(ratios < 0.95)}
    if len(evener) == sum(map(len, ratio.values())):
        return HOLDS, ""
    for same, addition in ((SAME_BETA, ""), (SAME_MEMORY, ", and the memories are the same")):
        if found := [CONDITIONS[name] for name in ratio if (name, same) in evener]:
            return HOLDS_WHEN, ", or ".join(found) + addition
    return FAILS, ""


# ------------------------------------------------------------------------------------------------------------------ claim 16

BEFORE, ZEROS, AFTER = 200, np.array([1, 2, 5, 10, 20, 40]), 10


@claim(16, "AdaMax", "With zero gradients the max norm preserves the rate and L2 does not.")
def preserves_the_rate() -> Finding:
    """Gradients of 1 until the rate has settled, then k zeros, then gradients of 1 again, at β₂ = 0.9: how has the rate grown …

    … when the last zero has come? And when the first gradient after it has, which is what that gradient is multiplied by?
    """
    columns = [np.concatenate([np.ones(BEFORE), np.zeros(k), np.ones(ZEROS[-1] + AFTER - k)]) for k in ZEROS]
    grown = {name: rate / rate[BEFORE - 1] for name, rate in rates(np.stack(columns, axis=-1)).items()}
    each = np.arange(len(ZEROS))
    over = {name: rate[BEFORE + ZEROS - 1, each] for name, rate in grown.items()}
    met = {name: rate[BEFORE + ZEROS, each] for name, rate in grown.items()}
    k = list(ZEROS).index(20)
    powers = {name: signed(power_of_beta(growth), 2) for name, growth in over.items()}
    evidence = (
        f"Over {ZEROS[k]} zeros at β₂ = 0.9 the rate grows by a factor of {over[L2][k]:.1f} with L2, {over[SAME_BETA][k]:.1f} with the max norm, and "
        f"{over[SAME_MEMORY][k]:.1f} with the max norm of the same memory: as β₂ to the power {powers[L2]} k, {powers[SAME_BETA]} k and "
        f"{powers[SAME_MEMORY]} k. All that time it multiplies a gradient of zero. The next gradient meets a rate {met[L2][k]:.2f} times as large as before "
        f"with L2, and {max(met[SAME_BETA][k], met[SAME_MEMORY][k]):.2f} times with the max norm, of either memory."
    )
    return Finding(*judge_preservation(over, met), evidence, {"grown": grown, "over": over, "met": met})


def power_of_beta(growth) -> float:
    """The power of β₂ = 0.9 that the rate grows by for each zero."""
    return float(np.polyfit(ZEROS, np.log(growth) / np.log(0.9), 1)[0])


def judge_preservation(over, met) -> tuple[str, str]:
    """over, met: by rule, for each number of zeros, the rate after them and at the next gradient, in units of that before. Preserved: to a twentieth."""

    def only_the_max_norm(growth):
        preserved = {name: np.all(abs(each - 1) < 0.05) for name, each in growth.items()}
        return preserved[SAME_BETA] and preserved[SAME_MEMORY] and not preserved[L2]

    if only_the_max_norm(over):
        return HOLDS, ""
    if only_the_max_norm(met):
        return HOLDS_WHEN, "“the rate” means the one that the next gradient meets, and that gradient is as large as those before"
    return FAILS, ""
