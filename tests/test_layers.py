"""The house: which package may import which, and what importing one must not load."""

from __future__ import annotations

import ast
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
PACKAGES = ("sim", "skills", "envs", "planner", "scripts")
FORBIDDEN = {
    "sim": {"skills", "envs", "planner", "scripts", "torch", "transformers", "gymnasium"},
    "skills": {"envs", "planner", "scripts", "torch", "transformers", "gymnasium"},
    "envs": {"planner", "scripts", "torch", "transformers"},
    "planner": {"envs", "scripts", "pybullet", "pybullet_data", "gymnasium"},
    "scripts": {"tests"},
}
SKILLS_FOR_PLANNERS = {
    "skills.execution": "it drives the simulator",
    "sim.world": "it is the simulator",
    "sim.camera": "it is the simulator",
}


def modules(package: str) -> list[Path]:
    return sorted((ROOT / package).rglob("*.py"))


def imports(path: Path) -> Iterator[tuple[str, bool]]:
    """Absolute names of all imported modules, late ones too, and whether only a type checker imports them."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    typing_only = {
        id(node)
        for block in ast.walk(tree)
        if isinstance(block, ast.If) and ast.unparse(block.test) in ("TYPE_CHECKING", "typing.TYPE_CHECKING")
        for statement in block.body
        for node in ast.walk(statement)
    }
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from ((alias.name, id(node) in typing_only) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}: imports are absolute"
            yield node.module or "", id(node) in typing_only


@pytest.mark.parametrize("package", PACKAGES)
def test_imports_stay_within_the_layers(package: str) -> None:
    wrong = [
        f"{path.relative_to(ROOT)}: {name}"
        for path in modules(package)
        for name, _ in imports(path)
        if name.split(".")[0] in FORBIDDEN[package]
    ]
    assert modules(package)
    assert not wrong


def test_planners_know_the_vocabulary_and_not_the_simulator() -> None:
    wrong = [
        f"{path.relative_to(ROOT)}: {name}, {SKILLS_FOR_PLANNERS[name]}"
        for path in modules("planner")
        for name, typing_only in imports(path)
        if name in SKILLS_FOR_PLANNERS and not typing_only
    ]
    assert not wrong


@pytest.mark.parametrize(
    ("package", "absent"),
    [
        ("envs", ("torch", "transformers", "planner")),
        ("planner", ("pybullet", "envs", "torch", "transformers")),
        ("planner.registry", ("pybullet", "envs", "torch", "transformers")),
        ("planner.oracle", ("pybullet", "envs", "torch", "transformers")),
        ("skills", ("torch", "gymnasium", "pybullet")),
        ("skills.symbolic", ("torch", "gymnasium", "pybullet")),
        ("skills.goals", ("torch", "gymnasium", "pybullet", "pddl")),
    ],
)
def test_importing_a_package_loads_no_more_than_it_needs(package: str, absent: tuple[str, ...]) -> None:
    code = f"import sys, {package}; print(*(m for m in {absent!r} if m in sys.modules))"
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert done.stdout.strip() == ""


@pytest.mark.parametrize("package", PACKAGES)
def test_files_are_of_a_size_to_be_read(package: str) -> None:
    long = {str(p.relative_to(ROOT)): n for p in modules(package) if (n := len(p.read_text().splitlines())) > 400}
    assert not long
