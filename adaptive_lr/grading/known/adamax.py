"""The AdaMax assignment: its coding tasks, and what goes wrong in them."""

from ...optimizers import AdaMax
from ..slips import slip
from ..steps import Step
from .everywhere import IN_THE_FIRST_MOMENT, M_HAT, WITH_STATE

LARGEST, DIVISOR = "np.maximum(self.beta2 * u, np.abs(g))", "lr / np.where(u > 0, u, np.inf)"
adamax = Step(
    AdaMax,
    state=("m", "u"),
    signed=("m",),
    clock=True,
    slips=(
        *WITH_STATE,
        *IN_THE_FIRST_MOMENT,
        slip("the first moment is not bias-corrected", "m starts at 0, so early on it is too small. By which factor is it short at t = 1?", M_HAT, "m"),
        slip("the bias correction counts t from 0", "The first update is t = 1.", M_HAT, "m / (1 - power(self.beta1, t - 1))"),
        slip(
            "u is bias-corrected",
            "A maximum is not an average: it starts at its full size and needs no correction.",
            "return m_hat, lr /",
            "return m_hat, lr * (1 - power(self.beta2, t)) /",
        ),
        slip("u does not fade", "What multiplies the old u before the maximum is taken?", LARGEST, "np.maximum(u, np.abs(g))"),
        slip("the size is missing in the maximum", "A large negative gradient is large too.", LARGEST, "np.maximum(self.beta2 * u, g)"),
        slip("the maximum takes in g²", "u has the unit of the gradient: |g|.", LARGEST, "np.maximum(self.beta2 * u, g**2)"),
        slip(
            "u is an average, not a maximum",
            "AdaMax is the limit p → ∞: there only the largest counts.",
            LARGEST,
            "self.beta2 * u + (1 - self.beta2) * np.abs(g)",
        ),
        slip("u is Adam's second moment", "AdaMax has the maximum where Adam averages squares.", LARGEST, "self.beta2 * u + (1 - self.beta2) * g**2"),
        slip("the smaller of the two is taken", "u is to be the *largest* faded gradient.", LARGEST, "np.minimum(self.beta2 * u, np.abs(g))"),
        slip(
            "the maximum is over the coordinates",
            "It is over time, for each coordinate on its own.",
            LARGEST,
            "np.full_like(u, np.maximum(self.beta2 * u, np.abs(g)).max())",
        ),
        slip("the new gradient fades too", "β₂ multiplies the old u alone.", LARGEST, "self.beta2 * np.maximum(u, np.abs(g))"),
        slip("a root is taken of u", "u has the unit of the gradient already.", "np.where(u > 0, u, np.inf)", "np.sqrt(np.where(u > 0, u, np.inf))"),
        slip("0/0 where no gradient has come yet", "There u is 0 and m is 0: such a coordinate is to stay where it is.", DIVISOR, "lr / u"),
        slip("the gradient steps in the place of its average", "The first moment is worked out and then not used.", "return m_hat", "return g"),
        slip("m̂ is kept in the place of m", "The correction is for use in this step alone.", "(m, u)\n", "(m_hat, u)\n"),
        slip("m and u are returned in the wrong order", "First m, then u.", "(m, u)\n", "(u, m)\n"),
    ),
)

TASKS = (adamax,)
