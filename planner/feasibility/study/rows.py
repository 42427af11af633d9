"""The study's data as tensors: prepared once, then kept in a file that all runs share.

Shapes: k plans.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from hashlib import sha256
from pathlib import Path
from typing import Any, NamedTuple, get_type_hints

import numpy as np
import torch
from torch import Tensor

from planner.feasibility.data import SPLITS, Example, example_of, split_examples, vocabulary_of
from planner.feasibility.fit import limits_of, source_of
from planner.feasibility.records import Record, digest_of, read_records
from planner.feasibility.rows import Rows, tensors_of
from planner.feasibility.tokens import Vocabulary
from planner.feasibility.weights import FORMAT, Limits

LONG = "long"
"""Name of the set of plans that are longer than any in training."""


class Held(NamedTuple):
    """Plans, and the scenes that they are of."""

    rows: Rows
    scene: Tensor
    """(k,) seeds."""

    @property
    def told(self) -> np.ndarray:
        """Of which plans something had failed before: (k,) booleans."""
        return self.rows.scenes.valid[:, self.rows.scenes.kinds.shape[1] :].any(dim=1).numpy()

    @property
    def whole(self) -> np.ndarray:
        """Which plans succeeded in all their steps: (k,) booleans."""
        return (self.rows.succeeded.bool() | ~self.rows.planned).all(dim=1).numpy()

    def part(self, fraction: float, seed: int) -> Held:
        """All plans of some of the scenes, drawn by a seed; what a smaller fraction gets, a larger one gets too."""
        scenes = np.unique(self.scene.numpy())
        drawn = np.random.default_rng(seed).permutation(scenes)[: max(1, round(fraction * len(scenes)))]
        index = torch.from_numpy(np.flatnonzero(np.isin(self.scene.numpy(), drawn)))
        rows = self.rows.pick(index)
        # Numbered without gaps, as training counts them.
        return Held(rows._replace(plan=rows.plan.unique(return_inverse=True)[1]), self.scene[index])

    @property
    def plans(self) -> int:
        """How many there are; variants of one are one."""
        return len(self.rows.plan.unique())


@dataclass(frozen=True)
class Prepared:
    """All that the study trains and measures on."""

    digest: str
    """Names the data."""
    sets: Mapping[str, Held]
    """A key for each of `SPLITS`, and `LONG`."""
    vocabulary: Vocabulary
    limits: Limits
    """Of the plans that are not long."""
    source: Mapping[str, Any]
    """What the page says of the data."""


Progress = Callable[[Iterable[Record], str], Iterable[Record]]


def prepare(data: Path, long: Path, out: Path, progress: Progress = lambda records, _: records) -> Path:
    """Makes the file, if it is not there.

    Args:
        data: file of rollouts, or its folder.
        long: the same, of plans that are longer than any in `data`.
        out: folder of the file.
        progress: called with what is gone through and a word for it.

    Returns:
        The file.

    Raises:
        ValueError: rollouts are missing or damaged, or too few to be split, or those in `long` are no longer.
    """
    sha256s = digest_of(data), digest_of(long)
    digest = sha256("".join((*sha256s, FORMAT)).encode()).hexdigest()[:16]
    path = out / f"rows-{digest}.safetensors"
    if path.is_file():
        return path
    # By seed, since workers may have ended in any order.
    records, longer = (sorted(read_records(p), key=lambda r: r.seed) for p in (data, long))
    vocabulary, limits = vocabulary_of(records), limits_of(records)
    if not longer or max(len(r.calls) for r in longer) <= limits.steps:
        raise ValueError(f"no plan in {long} has more than {limits.steps} steps; evaluate_feasibility.py --long does")
    examples = split_examples(records, vocabulary, lambda r: progress(r, "preparing"))
    numbered = enumerate(progress(longer, "preparing long plans"))
    examples[LONG] = [example_of(r, vocabulary, k) for k, r in numbered]
    described = {
        "digest": digest,
        "vocabulary": asdict(vocabulary),
        "limits": asdict(limits),
        "source": source_of(records, sha256s[0]) | {LONG: source_of(longer, sha256s[1])},
    }
    _write(path, examples, described)
    return path


def _write(path: Path, examples: Mapping[str, Sequence[Example]], described: dict[str, Any]) -> None:
    from safetensors.torch import save_file

    tensors: dict[str, Tensor] = {}
    for name, part in examples.items():
        held = Held(tensors_of(part), torch.tensor([e.seed for e in part]))
        tensors |= dict(_flat(f"{name}.", held))
    path.parent.mkdir(parents=True, exist_ok=True)
    partial = path.with_suffix(".partial")
    save_file(tensors, str(partial), {"study": json.dumps(described)})
    partial.replace(path)


def load_prepared(path: Path) -> Prepared:
    """Reads the file."""
    from safetensors import safe_open

    with safe_open(str(path), framework="pt") as file:
        described = json.loads((file.metadata() or {})["study"])
        tensors = {name: file.get_tensor(name) for name in file.keys()}  # noqa: SIM118 (not a dict)
    return Prepared(
        described["digest"],
        {name: _nested(Held, f"{name}.", tensors) for name in (*SPLITS, LONG)},
        Vocabulary(**_tuples(described["vocabulary"])),
        Limits(**_tuples(described["limits"])),
        described["source"],
    )


def _flat(prefix: str, group: Any) -> Iterable[tuple[str, Tensor]]:
    """The tensors in a tuple of tuples, each with its path."""
    for name, value in zip(group._fields, group, strict=True):
        if isinstance(value, Tensor):
            yield prefix + name, value.contiguous()
        else:
            yield from _flat(f"{prefix}{name}.", value)


def _nested(kind: Any, prefix: str, tensors: Mapping[str, Tensor]) -> Any:
    """The reverse of `_flat`."""
    parts = get_type_hints(kind)
    return kind(
        *(
            tensors[prefix + name] if part is Tensor else _nested(part, f"{prefix}{name}.", tensors)
            for name, part in parts.items()
        )
    )


def _tuples(values: dict[str, Any]) -> dict[str, Any]:
    return {k: tuple(v) if isinstance(v, list) else v for k, v in values.items()}
