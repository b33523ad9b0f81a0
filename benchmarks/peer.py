"""PyTorch's side of the benchmark, in a Python of its own: reads one JSON request a line, does the work, answers with one JSON line.

Each job is written as a user of PyTorch would write it; where there is a choice, the faster way.
"""

import json
import platform
import sys
import time

import numpy as np
import torch

torch.sparse.check_sparse_tensor_invariants.disable()  # as it is by default; said aloud, it does not warn
OPTIM = torch.optim
OPTIMIZERS = {
    "SGD": (OPTIM.SGD, {"lr": 0.01}),
    "Momentum": (OPTIM.SGD, {"lr": 0.01, "momentum": 0.9}),
    "NAG": (OPTIM.SGD, {"lr": 0.01, "momentum": 0.9, "nesterov": True}),
    "AdaGrad": (OPTIM.Adagrad, {"lr": 0.01}),
    "RMSprop": (OPTIM.RMSprop, {"lr": 0.001, "alpha": 0.9}),
    "AdaDelta": (OPTIM.Adadelta, {"lr": 1.0, "rho": 0.95}),
    "Adam": (OPTIM.Adam, {"lr": 0.001}),
    "AMSGrad": (OPTIM.Adam, {"lr": 0.001, "amsgrad": True}),
    "AdaMax": (OPTIM.Adamax, {"lr": 0.002}),
    "ScheduledNAdam": (OPTIM.NAdam, {"lr": 0.002}),
}
prepared = {}  # what the jobs below run on, made once


def optimizer(name, x, **options):
    make, settings = OPTIMIZERS[name]
    return make([x], **settings, **options)


def versions():
    return {"PyTorch": torch.__version__, "Python": platform.python_version(), "threads": torch.get_num_threads()}


def processor_time():
    return time.process_time()


def prepare_step(name, size, dtype, fused):
    """Whether PyTorch has such an optimizer."""
    x = torch.ones(size, dtype=getattr(torch, dtype), requires_grad=True)
    x.grad = torch.linspace(-1, 1, size, dtype=x.dtype)
    try:
        prepared["step"] = optimizer(name, x, **({"fused": True} if fused else {}))
        prepared["step"].step()
    except (KeyError, TypeError, RuntimeError):  # no such optimizer, or none of its kind is fused
        return False
    return True


def step(times, threads=None):
    before = torch.get_num_threads()
    torch.set_num_threads(threads or before)
    take = prepared["step"].step
    start = time.perf_counter()
    for _ in range(times):
        take()
    seconds = (time.perf_counter() - start) / times
    torch.set_num_threads(before)
    return seconds


def descents(settings, steps):
    """Adam down the ravine ½ (x₁² + 20 x₂²), one descent after the other; the gradient by its formula, which is faster than autograd."""
    steep = torch.tensor([1.0, 20.0], dtype=torch.float64)
    start, ends = time.perf_counter(), []
    for lr, beta1 in settings:
        x = torch.tensor([-4.0, 2.0], dtype=torch.float64, requires_grad=True)
        adam = torch.optim.Adam([x], lr=lr, betas=(beta1, 0.999))
        for _ in range(steps):
            x.grad = steep * x.detach()
            adam.step()
        ends.append(x.detach().tolist())
    return {"seconds": time.perf_counter() - start, "ends": ends}


def prepare_sparse(features, nonzero):
    rng = np.random.default_rng(0)
    x = torch.zeros(features, dtype=torch.float64, requires_grad=True)
    indices = torch.from_numpy(np.sort(rng.choice(features, nonzero, replace=False)))
    gradient = torch.sparse_coo_tensor(indices[None], torch.ones(nonzero, dtype=torch.float64), (features,), is_coalesced=True)
    x.grad = gradient
    prepared["step"] = torch.optim.Adagrad([x], lr=0.01)
    return True


def train(path, rule, batch):
    """One epoch on the batches of the file from the weights of the file, and the loss of all samples before and after, as `train` takes it."""
    with np.load(path) as file:
        sizes, theta, x, y, order = (file[name] for name in ("sizes", "theta", "x", "y", "order"))
    x, y, order, theta = map(torch.from_numpy, (x, y, order, theta))
    layers, at = [], 0
    for before, n in zip(sizes[:-1].tolist(), sizes[1:].tolist()):
        linear = torch.nn.Linear(before, n, dtype=x.dtype)
        with torch.no_grad():
            linear.weight.copy_(theta[at : at + n * before].reshape(n, before))
            linear.bias.copy_(theta[at + n * before : at + n * (before + 1)])
        at += n * (before + 1)
        layers += [linear, torch.nn.Tanh()]
    model, loss_of = torch.nn.Sequential(*layers[:-1]), torch.nn.CrossEntropyLoss()
    make, settings = OPTIMIZERS[rule]
    descent = make(model.parameters(), **settings)
    start, losses, evaluations = time.perf_counter(), [], []

    def evaluate():
        with torch.no_grad():
            h = model(x)
            evaluations.append([loss_of(h, y).item(), (h.argmax(1) == y).double().mean().item()])

    evaluate()
    for at in range(0, len(order), batch):
        rows = order[at : at + batch]
        descent.zero_grad()
        loss = loss_of(model(x[rows]), y[rows])
        loss.backward()
        descent.step()
        losses.append(loss.item())
    evaluate()
    return {"seconds": time.perf_counter() - start, "losses": losses, "evaluations": evaluations}


if __name__ == "__main__":
    for line in sys.stdin:
        job, arguments = json.loads(line)
        print(json.dumps(globals()[job](**arguments)), flush=True)
