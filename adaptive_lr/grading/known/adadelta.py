"""The AdaDelta assignment: its coding tasks, and what goes wrong in them."""

from ...optimizers import AdaDelta
from ..slips import slip
from ..steps import Step
from .everywhere import IN_THE_AVERAGE, WITH_STATE

RATIO, OF_STEPS = "np.sqrt(u + self.eps) / np.sqrt(v + self.eps)", "self.beta * u + (1 - self.beta) * (ratio * g) ** 2"
adadelta = Step(
    AdaDelta,
    state=("v", "u"),
    slips=(
        *WITH_STATE,
        *IN_THE_AVERAGE,
        slip("both roots are missing", "The ratio is one of root mean squares.", RATIO, "(u + self.eps) / (v + self.eps)"),
        slip("the ratio is upside down", "Large gradients are to be divided away, large past steps to be kept.", RATIO, "np.sqrt(v + self.eps) / np.sqrt(u + self.eps)"),
        slip("ε is outside the roots", "In the equation asked for ε is added under each root.", RATIO, "(np.sqrt(u) + self.eps) / (np.sqrt(v) + self.eps)"),
        slip("ε is missing in the numerator", "At the start u is 0: what gets the descent going?", RATIO, "np.sqrt(u) / np.sqrt(v + self.eps)"),
        slip("ε is missing in the denominator", "What if a gradient has always been zero?", RATIO, "np.sqrt(u + self.eps) / np.sqrt(v)"),
        slip("the numerator is missing: this is RMSprop", "What stands where RMSprop has its learning rate?", RATIO, "1 / np.sqrt(v + self.eps)"),
        slip("u averages squared gradients", "u is the memory of the steps, not of the gradients.", OF_STEPS, "self.beta * u + (1 - self.beta) * g**2"),
        slip("u averages steps without their squares", "Steps of either sign have to count alike.", OF_STEPS, "self.beta * u + (1 - self.beta) * ratio * g"),
        slip("the learning rate is in the remembered step", "u remembers Δ, before η multiplies it.", OF_STEPS, "self.beta * u + (1 - self.beta) * (lr * ratio * g) ** 2"),
        slip("β and 1 − β are swapped in the memory of the steps", "A β near 1 is a long memory.", OF_STEPS, "(1 - self.beta) * u + self.beta * (ratio * g) ** 2"),
        slip("the step waits for the new u", "Δ is made with the u of the update before; only then does u take in Δ.", "return g, lr * ratio,", "return g, lr * np.sqrt(u + self.eps) / np.sqrt(v + self.eps),"),
        slip("v and u are returned in the wrong order", "First v, then u.", ", (v, u)", ", (u, v)"),
    ),
)

TASKS = (adadelta,)
