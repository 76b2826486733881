"""The layers as bot/README.md draws them, and as folders list them, are those of the imports and of their contract."""

import ast
import itertools
import math
import re
import tomllib
from pathlib import Path

import pytest

from tests.support.project import ROOT
from tests.support.source_code import FILES, imports, tree

PAGE = (ROOT / "bot/README.md").read_text()
DRAWING = re.search(r"```mermaid\nflowchart TD\n(.*?)```", PAGE, re.DOTALL)[1]
LEFT_OUT = set(re.findall(r"`(\w+)`", re.search(r"Those that others imply are left out.*?\.\n", PAGE, re.DOTALL)[0]))


def boxes():
    """The modules and folders that a box stands for: `app["app: starts, stops; wiring: ..."]` is both."""
    labels = dict(re.findall(r'(\w+)\["(.*?)"\]', DRAWING))
    return {
        box: {part.strip().partition(":")[0].rstrip("/") for part in label.split(";")} for box, label in labels.items()
    }


def arrows():
    chains = (re.sub(r'\[".*?"\]', "", line).split("-->") for line in DRAWING.splitlines())
    return {(above.strip(), below.strip()) for chain in chains for above, below in itertools.pairwise(chain)}


def layers(package="bot"):
    """The place of each module in the contract, from the top."""
    contracts = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["importlinter"]["contracts"]
    [contract] = [one for one in contracts if one.get("containers") == [package]]
    return {name: place for place, layer in enumerate(contract["layers"]) for name in layer.split(" | ")}


def imported():
    """The arrows that there would be, if all were drawn."""
    box_of = {name: box for box, names in boxes().items() for name in names}
    found = set()
    for file in FILES:
        for name in imports(file) if file.parts[0] == "bot" else ():
            top, _, rest = name.partition(".")
            above = box_of.get(file.with_suffix("").parts[1])
            below = box_of.get(top if top == "styler" else rest.partition(".")[0] if top == "bot" else "")
            if above and below and above != below:
                found.add((above, below))
    return found


def reached(start, ways):
    """All that these arrows lead to."""
    found = {below for above, below in ways if above == start}
    return found.union(*(reached(below, ways) for below in found))


def test_each_module_of_the_contract_is_in_the_drawing_or_said_to_be_left_out():
    drawn = set().union(*boxes().values())
    assert len(drawn) > 10, "this test looks at nothing"
    assert not drawn & LEFT_OUT
    assert (drawn | LEFT_OUT) - {"styler"} == layers().keys()


@pytest.mark.parametrize(("above", "below"), sorted(arrows()))
def test_an_arrow_points_downwards_in_the_contract(above, below):
    """The place of a box is that of the highest module in it. The styler stands below all of the bot."""
    place = {box: min(layers().get(name, math.inf) for name in names) for box, names in boxes().items()}
    assert place[above] < place[below]


def test_the_arrows_are_the_imports_that_no_others_imply():
    every = imported()
    assert len(every) > 40, "this test looks at nothing"
    assert arrows() == {way for way in every if way[1] not in reached(way[0], every - {way})}


@pytest.mark.parametrize("package", ["bot", "styler"])
def test_the_map_of_a_package_has_the_order_of_the_contract(package):
    docstring = ast.get_docstring(tree(Path(package, "__init__.py")))
    entries = re.findall(r"^- (.*?):", docstring, re.MULTILINE)
    places = [layers(package).get(name) for entry in entries for name in re.findall(r"`(\w+)/?`", entry)]
    known = [place for place in places if place is not None]
    assert len(known) > 10, "this test looks at nothing"
    assert known == sorted(known)
