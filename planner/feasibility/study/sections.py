"""What each section of the page is about: texts that hold whatever the numbers are, and which figures are shown."""

from __future__ import annotations

from dataclasses import dataclass

from planner.feasibility.study.compare import Metric
from planner.feasibility.study.rows import LONG

STEPS = Metric("validation", "auroc", "AUROC", "AUROC of steps, training length")
PLANS = Metric("validation", "plans", "AUROC, whole plans", "AUROC of whole plans, training length")
TOLD = Metric("validation", "told", "AUROC after a failure", "AUROC of steps before which something had failed")
BRIER = Metric("validation", "brier", "Brier", "Brier score, training length", -1)
LOSS = Metric("validation", "loss", "loss", "loss, training length", -1)
LONG_STEPS = Metric(LONG, "auroc", "AUROC, long plans", "AUROC of steps, long plans")
BEYOND = Metric(LONG, "beyond", "AUROC, late steps", "AUROC of late steps of long plans")
LONG_PLANS = Metric(LONG, "plans", "AUROC, whole long plans", "AUROC of whole long plans")


@dataclass(frozen=True)
class Section:
    """A group's part of the page."""

    group: str
    title: str
    text: str
    metrics: tuple[Metric, ...]
    """Columns of the table, each with a conclusion."""
    pictured: tuple[Metric, ...]
    rates: tuple[str, ...] = ()
    """Of `first` and `last`, the speeds that are shown."""
    cache: bool = False
    """Whether the size of the cache is shown."""
    size: bool = False
    """Whether the size of the weights is shown."""


SECTIONS = (
    Section(
        "positions",
        "Positions",
        """\
How the network is told where in its plan a step stands, and where in space a thing is. *RoPE with spatial RoPE* turns
some channels of queries and keys with the step and others with the metric coordinates (values too), so that attention
sees differences of positions; *RoPE* does so for steps alone. *Learned* and *sinusoidal* vectors are added to the
tokens of steps; *T5 bias* and *ALiBi* are added to attention's scores, by how many steps lie between. With *none*
attention is told nothing, and knows the order of steps only by what each may see. In all of them the features of a
token say where it is from the robot's base; what spatial RoPE adds is where things are from one another.

Long plans show what becomes of each kind where it has not been trained: learned vectors of later steps are still those
that training began with, and so are T5's biases of longer distances. The window softens this, since a step sees few
steps, and near ones, however long the plan is; those that moved an object are the exception.""",
        (STEPS, PLANS, LONG_STEPS, BEYOND, LONG_PLANS),
        (STEPS, LONG_STEPS, BEYOND),
        rates=("first",),
    ),
    Section(
        "heads",
        "Query groups",
        """\
Query heads share keys and values in groups: with one group for all of them the cache is smallest (multi-query
attention), with as many groups as heads nothing is shared (multi-head attention). The cache is what a beam of plans
keeps for each token of its scene and its steps.""",
        (STEPS, BRIER, PLANS, LONG_STEPS),
        (STEPS, LONG_STEPS),
        rates=("first", "last"),
        cache=True,
    ),
    Section(
        "window",
        "Window",
        """\
How many steps a step sees, itself included. Whatever the window, it also sees the last step that moved each object, in
the object's stead: that is how a plan's effects reach far. A window that is wider than the plans in training changes
nothing there; what it does to longer plans is shown by using the reference with twice its window, without training it
again.""",
        (STEPS, PLANS, LONG_STEPS, BEYOND, LONG_PLANS),
        (STEPS, LONG_STEPS, BEYOND),
        rates=("last",),
    ),
    Section(
        "evidence",
        "Evidence",
        """\
The network is told what has failed before in the episode: skill, arguments, reason and culprit, as tokens of their own.
A share of the plans is trained on without them, so that it knows to do without; one line shows the same weights asked
without evidence, another a network that never had any. What evidence is worth is seen best where there is some: in
plans that began after a failure.""",
        (STEPS, TOLD, BRIER, PLANS),
        (STEPS, TOLD),
    ),
    Section(
        "precision",
        "Precision",
        """\
The reference's weights, used as they were trained (fp32); rounded to bf16, with activations and cache in bf16 too; and
with the weights of all linear layers in int8, activations rounded as they come (dynamic quantization), the cache in
fp32. The points that turn the rotary channels stay in double precision. Each is calibrated anew. How fast bf16 is
depends on the processor: on those without instructions for it, it is emulated.""",
        (STEPS, BRIER, PLANS, LONG_STEPS),
        (STEPS, LONG_STEPS),
        rates=("first", "last"),
        cache=True,
        size=True,
    ),
)

SCALING = """\
Networks of several widths, heads as wide as the reference's, trained on more and more of the scenes. Each plan is seen
equally often whatever the share, so that more data is more training too, as in Hoffmann et al. (2022,
[arXiv 2203.15556](https://arxiv.org/abs/2203.15556)), whose law is fitted: *L(N, D) = E + A / N^a + B / D^b*, with N
parameters and D plans to train on, by least squares of logarithms with Huber's loss; intervals by bootstrap over seeds
and over the scenes of the validation split. Loss is cross-entropy of success in nats, calibrated. *E* is what neither
more data nor more parameters would take away. A law says nothing about what lies outside of its kind: other features,
other scenes, more epochs."""
