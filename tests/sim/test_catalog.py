import pytest

from sim.catalog import BASIC, CATEGORIES, COLORS, colored_kinds, named_things, parse_name, sized, stays_clear, types_of

FAMILIES = ("tabletop", "desk", "reach", "kitchen")


@pytest.mark.parametrize(
    ("name", "family", "color", "category", "number"),
    [
        ("red block", "tabletop", "red", "block", 1),
        ("orange block 2", "tabletop", "orange", "block", 2),
        ("orange", "tabletop", "orange", "orange", 1),
        ("coke can", "tabletop", "red", "can", 1),
        ("7up can 3", "kitchen", "green", "can", 3),
        ("letter A", "tabletop", None, "letter", 1),
        ("letter O 2", "tabletop", None, "letter", 2),
        ("blue block", "desk", "blue", "block", 1),
        ("drawer", "desk", None, "drawer", 1),
        ("red box", "tabletop", "red", "box", 1),
        ("red box", "reach", "red", "carton", 1),
        ("hook", "reach", None, "hook", 1),
        ("table", "kitchen", None, "kitchen-table", 1),
        ("top drawer", "kitchen", None, "kitchen-drawer", 1),
    ],
)
def test_a_name_says_what_it_is(name: str, family: str, color: str | None, category: str, number: int) -> None:
    found, kind, index = parse_name(name, family)
    assert (found, kind.name, index) == (color, category, number)


@pytest.mark.parametrize("family", FAMILIES)
def test_every_name_of_a_family_is_read(family: str) -> None:
    for name in (*(f"{c} {k}" for c in COLORS for k in colored_kinds(family)), *named_things(family)):
        color, category, _ = parse_name(name, family)
        assert category.name in CATEGORIES
        assert color is None or color in COLORS


@pytest.mark.parametrize(
    ("name", "family", "near"),
    [
        ("drawer", "tabletop", None),
        ("redd block", "tabletop", "red block"),
        ("coke", "kitchen", "coke can"),
        ("letter a", "tabletop", None),
        ("apple 1", "kitchen", "apple"),
        ("apple 02", "kitchen", "apple"),
        ("red bowl", "desk", "red block"),
        ("drawer 2", "desk", "drawer"),
        ("red letter A", "tabletop", "letter A"),
        (" block", "tabletop", None),
        ("", "reach", None),
    ],
)
def test_wrong_names_get_the_nearest(name: str, family: str, near: str | None) -> None:
    with pytest.raises(ValueError, match="expected '<colour> <category>', such as") as raised:
        parse_name(name, family)
    assert near is None or repr(near) in str(raised.value)


def test_the_plain_tabletop_is_what_it_was() -> None:
    sizes = {name: (*CATEGORIES[name].size, CATEGORIES[name].mass) for name in BASIC}
    assert sizes == {
        "block": (0.04, 0.04, 0.04, 0.06),
        "cylinder": (0.04, 0.04, 0.06, 0.06),
        "ball": (0.044, 0.044, 0.044, 0.05),
        "bowl": (0.150, 0.150, 0.045, 0.30),
        "plate": (0.160, 0.160, 0.012, 0.30),
        "box": (0.160, 0.160, 0.050, 0.30),
    }
    assert [name for name in BASIC if stays_clear(name)] == ["plate"]


def test_types_say_what_things_are_good_for() -> None:
    assert {"fruit", "food", "movable", "object", "apple"} == types_of("apple")
    assert "box" in types_of("carton") and "container" not in types_of("carton")
    assert "drawer" in types_of("kitchen-drawer") and "bottle" in types_of("ketchup")
    assert not {"movable"} & types_of("zone") and "movable" not in types_of("piece")
    assert all("movable" not in c.types for c in CATEGORIES.values() if "fixture" in c.types)


def test_what_is_movable_fits_the_hand() -> None:
    for category in CATEGORIES.values():
        if "movable" in category.types:
            widths = category.size[:2] if category.grip_widths is None else category.grip_widths
            assert min(w for w in widths if w is not None) <= 0.072, category.name


def test_walls_follow_the_size_of_a_container() -> None:
    assert sized("box", CATEGORIES["box"].size) is CATEGORIES["box"]
    box = sized("box", (0.30, 0.20, 0.08))
    assert box.inner == pytest.approx(0.096) and box.wall == CATEGORIES["box"].wall
    assert sized("bowl", (0.30, 0.30, 0.09)).inner == pytest.approx(0.08)


def test_where_it_is_held_follows_the_size() -> None:
    hook, long = CATEGORIES["hook"], sized("hook", (0.76, 0.20, 0.03))
    assert long.grip == pytest.approx((2.0 * hook.grip[0], hook.grip[1], 0.0))
    assert long.com[0] == pytest.approx(2.0 * hook.com[0])
