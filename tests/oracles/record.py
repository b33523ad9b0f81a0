"""Record what PyTorch, optax and Keras compute, for tests/test_oracles.py to compare with.

The course needs none of these libraries: run this only to renew the records, in an environment of its own, in the repository's root.

    python -m venv oracles-env
    oracles-env/bin/pip install torch==2.13.0 jax==0.10.2 jaxlib==0.10.2 optax==0.2.8 keras==3.15.1 numpy==2.4.6
    oracles-env/bin/python tests/oracles/record.py        # writes tests/oracles/recorded.npz, in half a minute

recorded.npz holds, all in float64:

    gradients   (200, columns)          what every rule is fed, whatever x is; made by `gradient_columns`, stored once
    columns     (columns,)              their names
    kept        (56,)                   the steps whose iterate is kept: 1 … 20, then every fifth to 200
    records     JSON, one string        a list: library, version, call, rule, lr, options, schedule, feed, x0, index
    fed         (n, 56, columns)        iterates of the records with feed "gradients": fed[index]
    ravine      (n, 56, 2)              of those with feed "ravine", whose gradient is that of ½ (x₁² + 20 x₂²) at the iterate
    schedules   JSON, one string        a list: library, version, call, rule, lr, options
    rates       (schedules, 200)        learning rate of updates 1 … 200, at t = 0 … 199 of the schedule

`rule` is the class of adaptive_lr that a record is for; `call` and `options` are the library's own words.

Precision. Left alone, two of the libraries fall back on float32 beside float64 parameters: JAX until JAX_ENABLE_X64 is set,
and PyTorch in the state that it keeps as scalars (NAdam's product of the μ's: its iterates would be off by 1e-8), which takes
the default dtype. Both are set to float64 below, Keras by its floatx, and `all_float64` looks at every array of every optimizer's state after the last step.
PyTorch steps its schedules by recursion, so their values carry up to 200 rounding errors.
"""

import json
import os
import warnings
from pathlib import Path

os.environ |= {"JAX_ENABLE_X64": "1", "KERAS_BACKEND": "jax", "JAX_PLATFORMS": "cpu"}

import jax
import keras
import numpy as np
import optax
import torch
from torch.optim import lr_scheduler

keras.config.set_floatx("float64")
torch.set_default_dtype(torch.float64)

STEPS = 200
KEPT = np.array([*range(1, 21), *range(25, STEPS + 1, 5)])
RAVINE_START = np.array([-4.0, 2.0])


def gradient_columns(seed=20120101):
    """Gradients, (200,) each, by name: every column is a kind of coordinate that rules are known to treat differently."""
    rng = np.random.default_rng(seed)
    t = np.arange(STEPS)
    columns = {f"dense {scale:g}": scale * rng.standard_normal(STEPS) for scale in (1e-6, 1e-3, 1.0, 1e3, 1e6)}
    columns["rising 1e-6 to 1e6"] = np.geomspace(1e-6, 1e6, STEPS) * rng.choice([-1, 1], STEPS)
    columns["falling 1e6 to 1e-6"] = np.geomspace(1e6, 1e-6, STEPS) * rng.choice([-1, 1], STEPS)
    for scale in (1e-3, 1.0, 1e3):
        columns[f"sparse {scale:g}"] = scale * rng.standard_normal(STEPS) * (rng.random(STEPS) < 0.05) * (t >= 5)
    columns["every tenth 1"] = np.where(t % 10 == 0, 1.0, 0.0)
    columns["constant 1e-3"] = np.full(STEPS, 1e-3)
    columns["constant -10"] = np.full(STEPS, -10.0)
    columns["alternating 0.1"] = np.where(t % 2 == 0, 0.1, -0.1)
    columns["zero"] = np.zeros(STEPS)
    return columns


# rule, the library's call, and its hyperparameter sets. ε is large in some, because a misplaced ε hides at 1e-8,
# and 1e-30 in others, where it is as good as 0 but leaves 0/0 out.
PYTORCH = [
    ("SGD", "SGD", [dict(lr=0.01), dict(lr=3.0)]),
    ("Momentum", "SGD", [dict(lr=0.01, momentum=0.9), dict(lr=0.1, momentum=0.5), dict(lr=1e-3, momentum=0.99)]),
    ("NAG", "SGD", [dict(lr=0.01, momentum=0.9, nesterov=True), dict(lr=0.1, momentum=0.5, nesterov=True)]),
    ("AdaGrad", "Adagrad", [
        dict(lr=0.01, eps=1e-10, initial_accumulator_value=0.0),
        dict(lr=1.0, eps=1e-2, initial_accumulator_value=0.0),
        dict(lr=0.1, eps=1e-30, initial_accumulator_value=0.0),
        dict(lr=0.1, eps=1e-6, initial_accumulator_value=0.1),
        dict(lr=0.1, eps=1e-10, initial_accumulator_value=0.0, lr_decay=0.05),
    ]),
    ("RMSprop", "RMSprop", [dict(lr=0.01, alpha=0.99, eps=1e-8), dict(lr=0.1, alpha=0.9, eps=1e-2), dict(lr=0.01, alpha=0.9, eps=1e-30)]),
    ("AdaDelta", "Adadelta", [dict(lr=1.0, rho=0.9, eps=1e-6), dict(lr=1.0, rho=0.95, eps=1e-2), dict(lr=0.5, rho=0.99, eps=1e-8)]),
    ("Adam", "Adam", [
        dict(lr=1e-3, betas=(0.9, 0.999), eps=1e-8),
        dict(lr=0.1, betas=(0.9, 0.99), eps=1e-2),
        dict(lr=0.01, betas=(0.5, 0.9), eps=1e-30),
        dict(lr=0.01, betas=(0.0, 0.999), eps=1e-6),
    ]),
    ("Adam", "AdamW", [
        dict(lr=1e-3, betas=(0.9, 0.999), eps=1e-8, weight_decay=0.01),
        dict(lr=0.1, betas=(0.9, 0.99), eps=1e-2, weight_decay=0.1),
    ]),
    ("AMSGrad", "Adam", [dict(lr=1e-3, betas=(0.9, 0.999), eps=1e-8, amsgrad=True), dict(lr=0.1, betas=(0.9, 0.9), eps=1e-2, amsgrad=True)]),
    ("AdaMax", "Adamax", [
        dict(lr=2e-3, betas=(0.9, 0.999), eps=1e-8),
        dict(lr=0.1, betas=(0.9, 0.9), eps=1e-2),
        dict(lr=0.1, betas=(0.5, 0.99), eps=1e-30),
    ]),
    ("NAdam", "NAdam", [
        dict(lr=2e-3, betas=(0.9, 0.999), eps=1e-8, momentum_decay=0.004),
        dict(lr=0.1, betas=(0.9, 0.99), eps=1e-2, momentum_decay=0.004),
        dict(lr=0.01, betas=(0.9, 0.999), eps=1e-8, momentum_decay=1.0),
    ]),
]
OPTAX = [
    ("SGD", "sgd", [dict(learning_rate=0.01), dict(learning_rate=3.0)]),
    ("Momentum", "sgd", [dict(learning_rate=0.01, momentum=0.9), dict(learning_rate=0.1, momentum=0.5)]),
    ("NAG", "sgd", [dict(learning_rate=0.01, momentum=0.9, nesterov=True), dict(learning_rate=0.1, momentum=0.5, nesterov=True)]),
    ("AdaGrad", "adagrad", [
        dict(learning_rate=0.01, eps=1e-10, initial_accumulator_value=0.0),
        dict(learning_rate=1.0, eps=1e-2, initial_accumulator_value=0.0),
        dict(learning_rate=0.1, eps=1e-7, initial_accumulator_value=0.1),
        dict(learning_rate=0.1, eps=1e-30, initial_accumulator_value=0.0),
    ]),
    ("RMSprop", "rmsprop", [
        dict(learning_rate=0.01, decay=0.9, eps=1e-8, eps_in_sqrt=True),
        dict(learning_rate=0.1, decay=0.99, eps=1e-2, eps_in_sqrt=True),
        dict(learning_rate=0.01, decay=0.9, eps=1e-8, eps_in_sqrt=False),
        dict(learning_rate=0.1, decay=0.99, eps=1e-2, eps_in_sqrt=False),
    ]),
    ("AdaDelta", "adadelta", [dict(learning_rate=1.0, rho=0.9, eps=1e-6), dict(learning_rate=0.5, rho=0.95, eps=1e-2)]),
    ("Adam", "adam", [
        dict(learning_rate=1e-3, b1=0.9, b2=0.999, eps=1e-8),
        dict(learning_rate=0.1, b1=0.9, b2=0.99, eps=1e-2),
        dict(learning_rate=0.01, b1=0.5, b2=0.9, eps=1e-30),
    ]),
    ("Adam", "adamw", [
        dict(learning_rate=1e-3, b1=0.9, b2=0.999, eps=1e-8, weight_decay=0.01),
        dict(learning_rate=0.1, b1=0.9, b2=0.99, eps=1e-2, weight_decay=0.1),
    ]),
    ("AMSGrad", "amsgrad", [
        dict(learning_rate=1e-3, b1=0.9, b2=0.999, eps=1e-8, bias_correction_mu=True, bias_correction_nu=True),
        dict(learning_rate=0.1, b1=0.9, b2=0.9, eps=1e-2, bias_correction_mu=True, bias_correction_nu=True),
        dict(learning_rate=1e-3, b1=0.9, b2=0.999, eps=1e-8, bias_correction_mu=False, bias_correction_nu=False),
    ]),
    ("AdaMax", "adamax", [dict(learning_rate=2e-3, b1=0.9, b2=0.999, eps=1e-8), dict(learning_rate=0.1, b1=0.9, b2=0.9, eps=1e-2)]),
    ("NAdam", "nadam", [dict(learning_rate=2e-3, b1=0.9, b2=0.999, eps=1e-8), dict(learning_rate=0.1, b1=0.9, b2=0.99, eps=1e-2)]),
    ("Lion", "lion", [
        dict(learning_rate=1e-3, b1=0.9, b2=0.99, weight_decay=0.0),
        dict(learning_rate=0.1, b1=0.5, b2=0.9, weight_decay=0.0),
        dict(learning_rate=1e-2, b1=0.9, b2=0.99, weight_decay=0.1),
    ]),
]
KERAS = [
    ("SGD", "SGD", [dict(learning_rate=0.01), dict(learning_rate=3.0), dict(learning_rate=0.1, weight_decay=0.1)]),
    ("Momentum", "SGD", [dict(learning_rate=0.01, momentum=0.9), dict(learning_rate=0.1, momentum=0.5)]),
    ("NAG", "SGD", [dict(learning_rate=0.01, momentum=0.9, nesterov=True), dict(learning_rate=0.1, momentum=0.5, nesterov=True)]),
    ("AdaGrad", "Adagrad", [
        dict(learning_rate=0.01, epsilon=1e-10, initial_accumulator_value=0.0),
        dict(learning_rate=1.0, epsilon=1e-2, initial_accumulator_value=0.0),
        dict(learning_rate=0.1, epsilon=1e-7, initial_accumulator_value=0.1),
        dict(learning_rate=0.1, epsilon=1e-10, initial_accumulator_value=0.0, weight_decay=0.1),
    ]),
    ("RMSprop", "RMSprop", [dict(learning_rate=0.01, rho=0.9, epsilon=1e-7), dict(learning_rate=0.1, rho=0.99, epsilon=1e-2)]),
    ("AdaDelta", "Adadelta", [dict(learning_rate=1.0, rho=0.95, epsilon=1e-7), dict(learning_rate=0.5, rho=0.9, epsilon=1e-2)]),
    ("Adam", "Adam", [
        dict(learning_rate=1e-3, beta_1=0.9, beta_2=0.999, epsilon=1e-7),
        dict(learning_rate=0.1, beta_1=0.9, beta_2=0.99, epsilon=1e-2),
    ]),
    ("Adam", "AdamW", [
        dict(learning_rate=1e-3, beta_1=0.9, beta_2=0.999, epsilon=1e-7, weight_decay=0.004),
        dict(learning_rate=0.1, beta_1=0.9, beta_2=0.99, epsilon=1e-2, weight_decay=0.1),
    ]),
    ("AMSGrad", "Adam", [
        dict(learning_rate=1e-3, beta_1=0.9, beta_2=0.999, epsilon=1e-7, amsgrad=True),
        dict(learning_rate=0.1, beta_1=0.9, beta_2=0.9, epsilon=1e-2, amsgrad=True),
    ]),
    ("AdaMax", "Adamax", [
        dict(learning_rate=1e-3, beta_1=0.9, beta_2=0.999, epsilon=1e-7),
        dict(learning_rate=0.1, beta_1=0.9, beta_2=0.9, epsilon=1e-2),
    ]),
    ("NAdam", "Nadam", [
        dict(learning_rate=1e-3, beta_1=0.9, beta_2=0.999, epsilon=1e-7),
        dict(learning_rate=0.1, beta_1=0.9, beta_2=0.99, epsilon=1e-2),
    ]),
    ("Lion", "Lion", [dict(learning_rate=1e-3, beta_1=0.9, beta_2=0.99), dict(learning_rate=0.1, beta_1=0.5, beta_2=0.9)]),
]
# On the ravine a rule is fed its own iterates: with PyTorch's schedules, and with the decoupled weight decay that every rule of Keras has.
PYTORCH_ON_RAVINE = [
    ("SGD", "SGD", [dict(lr=0.03)]),
    ("Momentum", "SGD", [dict(lr=0.02, momentum=0.9)]),
    ("NAG", "SGD", [dict(lr=0.02, momentum=0.9, nesterov=True)]),
    ("AdaGrad", "Adagrad", [dict(lr=0.5, eps=1e-10, initial_accumulator_value=0.0), dict(lr=0.5, eps=1e-2, initial_accumulator_value=0.0)]),
    ("RMSprop", "RMSprop", [dict(lr=0.01, alpha=0.99, eps=1e-2)]),
    ("Adam", "AdamW", [dict(lr=0.05, betas=(0.9, 0.999), eps=1e-8, weight_decay=0.1)]),
]
KERAS_ON_RAVINE = [
    ("SGD", "SGD", [dict(learning_rate=0.03, weight_decay=0.1)]),
    ("Momentum", "SGD", [dict(learning_rate=0.02, momentum=0.9, weight_decay=0.1)]),
    ("NAG", "SGD", [dict(learning_rate=0.02, momentum=0.9, nesterov=True, weight_decay=0.1)]),
    ("AdaGrad", "Adagrad", [dict(learning_rate=0.5, epsilon=1e-10, initial_accumulator_value=0.0, weight_decay=0.1)]),
    ("RMSprop", "RMSprop", [dict(learning_rate=0.01, rho=0.99, epsilon=1e-2, weight_decay=0.1)]),
    ("Adam", "AdamW", [dict(learning_rate=0.05, beta_1=0.9, beta_2=0.999, epsilon=1e-7, weight_decay=0.1)]),
]
RAVINE_SCHEDULES = [None, ("StepLR", dict(step_size=50, gamma=0.5)), ("ExponentialLR", dict(gamma=0.98))]
SCHEDULES = [  # rule, the library's name of it, the rate that it starts from, options
    ("StepDecay", "StepLR", 0.1, [dict(step_size=30, gamma=0.1), dict(step_size=7, gamma=0.9)]),
    ("ExponentialDecay", "ExponentialLR", 0.1, [dict(gamma=0.99), dict(gamma=0.9)]),
    ("Triangular", "CyclicLR", 0.1, [
        dict(base_lr=0.001, max_lr=0.1, step_size_up=20, cycle_momentum=False),
        dict(base_lr=0.0, max_lr=1.0, step_size_up=33, cycle_momentum=False),
    ]),
    ("CosineAnnealing", "CosineAnnealingLR", 0.1, [dict(T_max=200, eta_min=0.001), dict(T_max=80, eta_min=0.01), dict(T_max=199, eta_min=0.0)]),
    ("WarmRestarts", "CosineAnnealingWarmRestarts", 0.1, [
        dict(T_0=50, T_mult=1, eta_min=0.001),
        dict(T_0=10, T_mult=2, eta_min=0.0),
        dict(T_0=3, T_mult=3, eta_min=0.01),
    ]),
    ("Warmup", "LinearLR", 0.1, [dict(start_factor=0.1, total_iters=9), dict(start_factor=0.02, total_iters=49)]),
    ("StepDecay", "optax.exponential_decay", 0.1, [dict(transition_steps=30, decay_rate=0.1, staircase=True)]),
    ("ExponentialDecay", "optax.exponential_decay", 0.1, [dict(transition_steps=1, decay_rate=0.97), dict(transition_steps=50, decay_rate=0.5)]),
    ("CosineAnnealing", "optax.cosine_decay_schedule", 0.1, [dict(decay_steps=150, alpha=0.01), dict(decay_steps=250, alpha=0.0)]),
    ("Then", "optax.warmup_cosine_decay_schedule", 0.01, [dict(peak_value=0.1, warmup_steps=9, decay_steps=159, end_value=0.001)]),
    ("StepDecay", "keras.ExponentialDecay", 0.1, [dict(decay_steps=30, decay_rate=0.1, staircase=True)]),
    ("ExponentialDecay", "keras.ExponentialDecay", 0.1, [dict(decay_steps=1, decay_rate=0.97), dict(decay_steps=50, decay_rate=0.5)]),
    # Keras's cosines are taken in float32 whatever it is told: this one's π is, and all of CosineDecay, which is therefore left out
    ("WarmRestarts", "keras.CosineDecayRestarts", 0.1, [dict(first_decay_steps=50, t_mul=1.0, alpha=0.01), dict(first_decay_steps=10, t_mul=2.0, alpha=0.0)]),
]


NAMES = {"": "PyTorch", "optax": "optax", "keras": "Keras"}  # of the libraries, by how a schedule's name begins


def all_float64(arrays):
    """Every array that is no counter is float64; otherwise the record would be less exact than it says."""
    for a in arrays:
        assert a.dtype == np.float64 or np.issubdtype(a.dtype, np.integer), a.dtype


def run_pytorch(name, options, gradient, x0, schedule=None):
    """Iterates 1 … 200 of a PyTorch optimizer fed gradient(k, x), (200, d)."""
    x = torch.tensor(x0, requires_grad=True)
    optimizer = getattr(torch.optim, name)([x], **options)
    scheduler = schedule and getattr(lr_scheduler, schedule[0])(optimizer, **schedule[1])
    iterates = []
    for k in range(STEPS):
        x.grad = torch.tensor(gradient(k, x.detach().numpy()))
        optimizer.step()
        if scheduler:
            scheduler.step()
        iterates.append(x.detach().numpy().copy())
    all_float64([s.numpy() for s in optimizer.state[x].values() if torch.is_tensor(s)])
    return np.array(iterates)


def run_optax(name, options, gradient, x0):
    """The same for an optax optimizer."""
    x = jax.numpy.array(x0)
    optimizer = getattr(optax, name)(**options)
    state = optimizer.init(x)
    iterates = []
    for k in range(STEPS):
        update, state = optimizer.update(jax.numpy.array(gradient(k, np.array(x))), state, x)
        x = optax.apply_updates(x, update)
        iterates.append(np.array(x))
    all_float64([x, *jax.tree.leaves(state)])
    return np.array(iterates)


def run_keras(name, options, gradient, x0):
    """The same for a Keras optimizer."""
    x = keras.Variable(x0, dtype="float64")
    optimizer = getattr(keras.optimizers, name)(**options)
    optimizer.build([x])
    iterates = []
    for k in range(STEPS):
        optimizer.apply([jax.numpy.array(gradient(k, np.array(x.value)))], [x])
        iterates.append(np.array(x.value))
    all_float64([np.array(v.value) for v in [x, *optimizer.variables]])
    return np.array(iterates)


def learning_rates(name, lr, options):
    """What a schedule gives to updates 1 … 200. PyTorch's is asked through an optimizer, the others are functions of t."""
    library, _, call = name.rpartition(".")
    if library:
        schedule = getattr({"optax": optax, "keras": keras.optimizers.schedules}[library], call)(lr, **options)
        rates = [np.asarray(schedule(jax.numpy.array(float(t)))) for t in range(STEPS)]
        all_float64(rates)
        return [float(rate) for rate in rates]
    optimizer = torch.optim.SGD([torch.zeros(1, requires_grad=True)], lr=lr)
    scheduler = getattr(lr_scheduler, name)(optimizer, **options)
    rates = []
    for _ in range(STEPS):
        rates.append(optimizer.param_groups[0]["lr"])
        optimizer.step()
        scheduler.step()
    return rates


def main():
    columns = gradient_columns()
    gradients = np.stack(list(columns.values()), axis=1)
    decayed_start = np.linspace(-2.0, 2.0, len(columns))  # where weight decay has something to decay; otherwise x0 = 0
    feeds = {"gradients": lambda k, x: gradients[k], "ravine": lambda k, x: x * [1.0, 20.0]}
    libraries = {"PyTorch": (run_pytorch, torch.__version__), "optax": (run_optax, optax.__version__), "Keras": (run_keras, keras.__version__)}
    records, iterates = [], {"gradients": [], "ravine": []}

    def record(library, feed, table, schedule=None):
        run, version = libraries[library]
        for rule, call, sets in table:
            for options in sets:
                decayed = options.get("weight_decay", 0) > 0
                x0 = RAVINE_START if feed == "ravine" else decayed_start if decayed else np.zeros(len(columns))
                x = run(call, options, feeds[feed], x0, *([schedule] if schedule else []))
                assert np.all(np.isfinite(x)), (library, call, options)
                lr_name = "lr" if library == "PyTorch" else "learning_rate"
                records.append({
                    "library": library, "version": version, "call": call, "rule": rule, "lr": options[lr_name],
                    "options": {k: v for k, v in options.items() if k != lr_name},
                    "schedule": schedule, "feed": feed, "x0": list(x0), "index": len(iterates[feed]),
                })  # fmt: skip
                iterates[feed].append(x[KEPT - 1])
                print(library, call, options, feed, schedule or "")

    for library, table in (("PyTorch", PYTORCH), ("optax", OPTAX), ("Keras", KERAS)):
        record(library, "gradients", table)
    for schedule in RAVINE_SCHEDULES:
        record("PyTorch", "ravine", PYTORCH_ON_RAVINE, schedule)
    record("Keras", "ravine", KERAS_ON_RAVINE)

    schedules = [
        {"library": (library := NAMES[call.rpartition(".")[0]]), "version": libraries[library][1], "call": call, "rule": rule, "lr": lr, "options": options}
        for rule, call, lr, sets in SCHEDULES
        for options in sets
    ]
    np.savez_compressed(
        Path(__file__).with_name("recorded.npz"),
        gradients=gradients,
        columns=np.array(list(columns)),
        kept=KEPT,
        records=np.array(json.dumps(records)),
        fed=np.array(iterates["gradients"]),
        ravine=np.array(iterates["ravine"]),
        schedules=np.array(json.dumps(schedules)),
        rates=np.array([learning_rates(s["call"], s["lr"], s["options"]) for s in schedules]),
    )


if __name__ == "__main__":
    warnings.simplefilter("ignore")  # the schedulers' advice on calling order
    main()
