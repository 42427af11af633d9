from pathlib import Path

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from envs.task import Suite
from envs.taskfile import load_suite, parse_suite

GOOD = """\
suite: my-suite
version: 2
source: made up
tasks:
  - id: match-bowls
    instruction: [put the blocks in their bowls, sort the blocks]
    scene:
      family: tabletop
      objects: [red block, green block, red bowl, {name: green bowl, at: [0.55, -0.1], yaw: 0.3}]
      distractors: 2
      facts: ["(on red_block green_block)"]
    goal: (and (in red_block red_bowl) (in green_block green_bowl))
    keep: ["(on green_bowl table)"]
    max_steps: 12
  - id: which-one
    instruction: put the block in the red bowl
    scene: {family: tabletop, objects: [red block, blue block, red bowl]}
    ambiguous: true
    answers: {"*": "the blue one"}
    goal: (in blue_block red_bowl)
  - id: cannot
    instruction: put the green block in the drawer
    scene: {family: tabletop, objects: [green block, red bowl]}
    feasible: false
"""


def test_a_good_file_is_read_whole() -> None:
    suite = parse_suite(GOOD)
    assert (suite.name, suite.version, suite.source) == ("my-suite", 2, "made up")
    match, which, cannot = suite.tasks
    assert match.name == "my-suite/match-bowls"
    assert match.instructions == ("put the blocks in their bowls", "sort the blocks")
    assert match.scene.objects[3].at == (0.55, -0.1)
    assert match.scene.objects[3].yaw == 0.3
    assert match.scene.facts == ("(on red_block green_block)",)
    assert (match.scene.distractors, match.max_steps) == (2, 12)
    assert which.ambiguous and which.answers == {"*": "the blue one"}
    assert not cannot.feasible and cannot.goal is None


@pytest.mark.parametrize(
    ("old", "new", "line", "words"),
    [
        ("max_steps: 12", "max_step: 12", 14, ["unknown key 'max_step'", "'max_steps'"]),
        ("max_steps: 12", "max_steps: many", 14, ["'many'", "whole number"]),
        ("max_steps: 12", "max_steps: 0", 14, ["1 to 100"]),
        ("max_steps: 12", "max_steps: yes", 14, ["True", "whole number"]),
        (
            "[red block, green block, red bowl, {",
            "[red blok, green block, red bowl, {",
            9,
            ["'red blok'", "'red block'"],
        ),
        ("[red block, green block, red bowl, {", "[rot block, green block, red bowl, {", 9, ["'rot block'"]),
        ("[red block, green block, red bowl, {", "[red block, red block, red bowl, {", 9, ["'red block 2'"]),
        ("yaw: 0.3", "yaw: north", 9, ["'north'", "radians"]),
        ("at: [0.55, -0.1]", "at: [0.55]", 9, ["[x, y]"]),
        ("at: [0.55, -0.1]", "at: [5.5, -0.1]", 9, ["off the table"]),
        ("family: tabletop\n", "family: tabeltop\n", 8, ["unknown", "'tabletop'"]),
        ("distractors: 2", "distractors: 99", 10, ["0 to 8"]),
        ('facts: ["(on red_block green_block)"]', "facts: [red on green]", 11, ["not an atom"]),
        ('facts: ["(on red_block green_block)"]', 'facts: ["(on red_block blue_block)"]', 11, ["'blue block'"]),
        ('facts: ["(on red_block green_block)"]', 'facts: ["(on red_block red_bowl)"]', 11, ["no surface"]),
        (
            'facts: ["(on red_block green_block)"]',
            'facts: ["(clear red_block)"]',
            11,
            ["(clear red_block)", "on, in"],
        ),
        (
            'facts: ["(on red_block green_block)"]',
            'facts: ["(on red_block green_block)", "(on green_block red_block)"]',
            11,
            ["circle"],
        ),
        ("goal: (and (in red", "goal: (and (inn red", 12, ["'inn'", "'in'"]),
        ("green_bowl))\n", "green_bowl)\n", 12, ["parentheses"]),
        ("(in green_block green_bowl))", "(in green_block blue_bowl))", 12, ["'blue bowl'", "'red bowl'"]),
        ('keep: ["(on green_bowl table)"]', 'keep: ["(on green_bowl)"]', 13, ["(on green_bowl)"]),
        ('    answers: {"*": "the blue one"}\n', "", 18, ["needs answers"]),
        ('{"*": "the blue one"}', '{"*": 3}', 19, ["answers"]),
        ("    goal: (in blue_block red_bowl)\n", "", 15, ["no goal", "feasible: false"]),
        ("id: cannot", "id: which-one", 21, ["'which-one'", "unique"]),
        ("id: cannot", "id: Can Not", 21, ["'Can Not'"]),
        ("suite: my-suite\n", "", 1, ["'suite' is missing"]),
        ("version: 2", "version: two", 2, ["'two'", "whole number"]),
        ("    feasible: false", "    feasible: 'no", 25, ["not YAML"]),
        ("    feasible: false", "    feasible: false\n    feasible: true", 25, ["twice"]),
    ],
)
def test_what_does_not_fit_is_refused_with_its_line(old: str, new: str, line: int, words: list[str]) -> None:
    assert old in GOOD
    with pytest.raises(ValueError) as refusal:
        parse_suite(GOOD.replace(old, new, 1), "tasks.yaml")
    message = str(refusal.value)
    assert message.startswith(f"tasks.yaml:{line}: "), message
    assert "\n" not in message
    for word in words:
        assert word in message


def test_a_file_that_cannot_be_read_is_named(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match=r"nowhere\.yaml"):
        load_suite(tmp_path / "nowhere.yaml")
    (tmp_path / "image.yaml").write_bytes(b"\xff\xfe\x00\x01")
    with pytest.raises(ValueError, match="UTF-8"):
        load_suite(tmp_path / "image.yaml")


def test_aliases_cannot_make_a_short_file_endless() -> None:
    bomb = "a: &a [x, x, x, x, x, x, x, x, x, x]\n"
    for previous, name in zip("abcdefgh", "bcdefghi", strict=True):
        bomb += f"{name}: &{name} [{', '.join([f'*{previous}'] * 10)}]\n"
    with pytest.raises(ValueError, match="nested"):
        parse_suite(bomb)
    with pytest.raises(ValueError, match="nested"):
        parse_suite("tasks: &t [*t]")


def _parses_or_says_why(text: str) -> None:
    try:
        assert isinstance(parse_suite(text), Suite)
    except ValueError as error:
        assert "\n" not in str(error)
        assert str(error).startswith("task file:")


@settings(max_examples=150, deadline=None)
@given(st.text())
def test_no_text_breaks_the_parser(text: str) -> None:
    _parses_or_says_why(text)


_LEAVES = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.floats(),
    st.text(max_size=12),
    st.sampled_from(["red block", "red bowl", "(in red_block red_bowl)", "tabletop", "(on ?x table)", "*", "my-suite"]),
)
_KEYS = st.sampled_from(
    [
        *("suite", "version", "source", "tasks", "id", "instruction", "scene", "goal", "keep", "max_steps"),
        *(
            "ambiguous",
            "answers",
            "feasible",
            "family",
            "objects",
            "distractors",
            "facts",
            "name",
            "at",
            "yaw",
            "other",
        ),
    ]
)
_TREES = st.recursive(
    _LEAVES,
    lambda inner: st.one_of(st.lists(inner, max_size=3), st.dictionaries(_KEYS, inner, max_size=6)),
    max_leaves=20,
)


@settings(max_examples=150, deadline=None)
@given(_TREES)
def test_no_data_breaks_the_parser(tree: object) -> None:
    _parses_or_says_why(yaml.safe_dump(tree))


@settings(max_examples=150, deadline=None)
@given(st.data())
def test_no_change_of_a_good_file_breaks_the_parser(data: st.DataObject) -> None:
    tree = yaml.safe_load(GOOD)
    place = tree
    while True:
        keys = list(place) if isinstance(place, dict) else list(range(len(place)))
        key = data.draw(st.sampled_from(keys))
        if not isinstance(place[key], (dict, list)) or not place[key] or data.draw(st.booleans()):
            place[key] = data.draw(_TREES)
            break
        place = place[key]
    _parses_or_says_why(yaml.safe_dump(tree))
