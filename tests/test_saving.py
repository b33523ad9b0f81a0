"""Saved traces: what comes back from the file goes on identically, and nothing in a file is run. (Saved trainings: test_train.)"""

from dataclasses import replace

import numpy as np
import pytest
from test_optimizers import ALL_RULES
from test_updating import Bowl, assert_same

from adaptive_lr import SGD, Adam, CosineAnnealing, Trace, Warmup, minimize, problems, saving

X0 = np.array([-3.0, 1.0])


@pytest.mark.parametrize("rule", ALL_RULES, ids=repr)
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_a_saved_and_loaded_trace_goes_on_identically(rule, dtype, tmp_path):
    rule = replace(rule, lr=Warmup(5, CosineAnnealing(1e-3, 0.1, 20)))
    whole = minimize(problems.saddle, rule, X0.astype(dtype), steps=30, weight_decay=0.01)
    minimize(problems.saddle, rule, X0.astype(dtype), steps=12, weight_decay=0.01).save(tmp_path / "run")
    loaded = Trace.load(tmp_path / "run")
    assert loaded.rule == rule and loaded.problem == problems.saddle and loaded.weight_decay == 0.01
    assert_same(loaded.more(18), whole)


def test_a_batch_and_a_problem_with_data_come_back_from_the_file(tmp_path):
    rule = Adam(CosineAnnealing(0.0, np.array([[0.01], [0.1]]), 50), beta1=np.array([[0.9], [0.5]]))
    whole = minimize(problems.sparse_logistic, rule, steps=8)
    minimize(problems.sparse_logistic, rule, steps=5).save(tmp_path / "run.npz")
    loaded = Trace.load(tmp_path / "run.npz")
    assert np.array_equal(loaded.problem.features, problems.sparse_logistic.features) and repr(loaded.rule) == repr(rule)
    assert_same(loaded.more(3), whole)


def test_what_is_no_part_of_the_package_is_saved_by_name_and_may_be_given_again(tmp_path):
    rule, problem = SGD(lr=lambda t: 0.1 / (1 + t)), Bowl(3)
    trace = minimize(problem, rule, steps=2)
    trace.save(tmp_path / "run.npz")
    told = Trace.load(tmp_path / "run.npz")
    assert told.problem == "Bowl(dimensions=3)" and told.rule.startswith("SGD(lr=<function") and np.array_equal(told.x, trace.x)
    with pytest.raises(TypeError, match="^rule = 'SGD.*an instance of a rule"):
        told.more(1)
    with pytest.raises(TypeError, match=r"^problem = 'Bowl\(dimensions=3\)': .*Trace.load\(path, problem=…\)"):
        _ = told.gap
    assert_same(Trace.load(tmp_path / "run.npz", rule=rule, problem=problem).more(4), minimize(problem, rule, steps=6))
    with pytest.raises(TypeError, match="^problems: a saved Trace has the fields rule, problem, "):
        Trace.load(tmp_path / "run.npz", problems=problem)


def test_a_file_holds_no_pickle(tmp_path):
    minimize(problems.ravine, Adam(), steps=2).save(tmp_path / "run.npz")
    with np.load(tmp_path / "run.npz", allow_pickle=False) as arrays:
        assert all(arrays[name].dtype.kind in "fU" for name in arrays)


def test_a_file_cannot_name_a_class_of_another_package():
    for module, name in (("fractions", "Fraction"), ("adaptive_lr.saving", "import_module"), ("adaptive_lr.optimizers", "gone")):
        with pytest.raises(LookupError):
            saving._rebuilt({"module": module, "class": name, "fields": {"numerator": {"value": 1}}}, {})


@pytest.mark.parametrize(
    "named",
    [
        {"module": "adaptive_lr.__main__", "class": "main", "fields": {}},  # importing it would run the command
        {"module": "adaptive_lr.cli", "class": "main", "fields": {}},
        {"module": "adaptive_lr.problems.gone", "class": "Ravine", "fields": {}},
        {"module": "adaptive_lr.optimizers", "class": "Adam", "fields": {"beta3": {"value": 0.5}}},
        {"module": "adaptive_lr.optimizers", "class": "Adam", "fields": {"beta1": {"value": 7.0}}},
    ],
    ids=str,
)
def test_what_this_version_cannot_make_comes_back_as_its_name(named, tmp_path):
    with pytest.raises(LookupError):
        saving._rebuilt(named, {})
    assert saving._rebuilt_or_named({"name": "Adam(beta3=0.5)", "parts": named}, {}) == "Adam(beta3=0.5)"
