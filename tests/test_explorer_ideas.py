"""The explorers that show one idea each: what they claim holds in the runs that they draw, and the page draws them."""

from __future__ import annotations

import inspect
import re
from dataclasses import replace

import numpy as np
import pytest
from explorer_page import slide

from adaptive_lr import AdaDelta, problems
from adaptive_lr.explorer import Explorer, ideas

IDEAS = {name: made for name, made in vars(ideas).items() if inspect.isfunction(made) and made.__module__ == ideas.__name__ and not name.startswith("_")}


def test_gradient_descent_moves_a_rare_weight_p_times_as_far_and_adagrad_the_root_of_p():
    explorer = ideas.sparse_features()
    gradient_descent, adagrad, _ = (np.abs(trace.x[-1] - trace.x[0]) for trace in explorer.traces)
    share = explorer.problem.share
    assert gradient_descent[1] / gradient_descent[0] == pytest.approx(share)
    assert adagrad[1] / adagrad[0] == pytest.approx(np.sqrt(share), rel=0.15)


def test_adagrads_rate_falls_with_the_root_of_time():
    (trace,) = ideas.adagrad_decay().traces
    t = np.arange(1, len(trace.rate) + 1)
    np.testing.assert_allclose(trace.rate * np.sqrt(t)[:, None] * [1.0, 0.1], 0.5, rtol=1e-6)


@pytest.mark.parametrize("lr, condition", [(0.2, 5.0), (0.1, 5.0), (0.2, 50.0)])
def test_rmsprop_ends_in_jumps_of_half_its_rate_on_either_side(lr, condition):
    explorer = ideas.rmsprop_orbit(steps=500, problem=problems.Ravine(condition))
    explorer.rule = replace(explorer.rule, lr=lr)
    x = explorer.traces[0].x
    np.testing.assert_allclose(np.abs(x[-50:]), lr / 2, rtol=1e-2)
    assert (np.sign(x[-50:-1]) == -np.sign(x[-49:])).all()


@pytest.mark.parametrize("rule", [AdaDelta(), AdaDelta(eps=1e-4), AdaDelta(beta=0.5)])
def test_adadeltas_first_step_knows_nothing_of_the_gradient(rule):
    trace = ideas.adadelta_start(rule=rule).traces[0]
    np.testing.assert_allclose(np.abs(trace.x[1] - trace.x[0]), np.sqrt(rule.eps / (1 - rule.beta)), rtol=1e-3)


def test_without_its_correction_adams_first_step_is_longer_by_3_16():
    right, printed = (np.abs(trace.x[1] - trace.x[0])[0] for trace in ideas.bias_correction().traces)
    assert printed / right == pytest.approx((1 - 0.9) / np.sqrt(1 - 0.999), rel=1e-5)  # ε = 1e-8 stands inside the root there


def test_after_the_gradients_the_max_norm_lets_the_rate_grow_twice_as_fast():
    l2, most = (np.log(trace.rate[80] / trace.rate[70])[0] / 10 for trace in ideas.max_norm().traces)
    assert l2 == pytest.approx(-np.log(0.9) / 2, rel=1e-6) and most == pytest.approx(-np.log(0.9), rel=1e-6)


def test_the_rewritten_nag_walks_where_the_other_looks():
    rewritten, ahead = ideas.look_ahead().traces
    u = -np.diff(ahead.x, axis=0)
    looked = np.concatenate([ahead.x[:1], ahead.x[1:] - 0.8 * u])
    np.testing.assert_allclose(looked, rewritten.x, rtol=1e-12, atol=1e-12)


def test_an_idea_takes_what_the_caller_would_have_otherwise():
    assert ideas.rmsprop_orbit(steps=33).steps == 33 and isinstance(ideas.look_ahead(), Explorer)


# -------------------------------------------------------------------------------------------------------------- in the page


@pytest.fixture(scope="module")
def site(publish):
    return publish({"index": ["from adaptive_lr.explorer import ideas", *(f"ideas.{name}()" for name in IDEAS)]})


@pytest.fixture
def page(site, visit):
    visit = visit(f"{site}/index.html", viewport={"width": 900, "height": 900})
    visit.page.wait_for_function(f"document.querySelectorAll('.lr-explorer .words > span').length >= {len(IDEAS)}")
    yield visit.page
    assert visit.errors == []


def curve(path):
    return np.array(re.findall(r"[ML](\S+) (\S+?)(?=[ML]|$)", path.get_attribute("d")), float)


def test_each_has_a_name_of_its_own_and_draws_its_panels(page):
    names = page.locator(".lr-explorer").evaluate_all("views => views.map((view) => view.id)")
    assert names == [name.replace("_", "-") for name in IDEAS] and len(IDEAS) == 8
    for view in page.locator(".lr-explorer").all():
        assert view.locator(".charts .run").count() >= 1 and view.locator(".words > span").count() >= 1


def test_what_theory_expects_lies_on_what_happens_until_the_gradients_grow(page):
    view = page.locator("#adagrad-decay")


    def apart():
        guides, runs = (view.locator(f".charts .inside .{kind}").all() for kind in ("guide", "run"))
        return max(np.abs(curve(guide)[:, 1].mean() - curve(run)[:, 1].mean()) for guide, run in zip(guides, runs, strict=True))

    assert apart() < 0.5
    slide(view, "Steady: growth γ", 0.02)
    assert apart() > 10


def test_the_feelers_of_the_look_ahead_form_end_on_the_dots_of_the_other(page):
    view = page.locator("#look-ahead")
    dots = re.findall(r"M(\S+) (\S+?)h0", view.locator(".plane .run-0.dots").get_attribute("d"))
    tips = re.findall(r"M\S+ \S+?L(\S+) ([\d.-]+)", view.locator(".plane .feelers").get_attribute("d"))
    near = [np.abs(np.array(tip, float) - np.array(dots, float)).max(axis=1).min() for tip in tips]
    assert len(tips) >= 10 and max(near) <= 0.15


def test_a_stream_is_told_in_ways_and_rates(page):
    assert re.match(r"AdaGrad after 500 updates: x₁ moved by −21\.\d, x₂ moved by −21\.\d, rates 0\.0224 and 0\.224", page.locator("#adagrad-decay .words").inner_text())


@pytest.mark.parametrize("name", IDEAS)
def test_without_javascript_there_is_a_picture_with_its_caption(name):
    still = IDEAS[name]().still()
    (said,) = re.findall(r'aria-label="([^"]+)"', still)
    assert still.startswith("<noscript") and "<svg" in still and said in still.split("<figcaption>")[1] and len(said) > 80
    assert len(still) < 120_000
