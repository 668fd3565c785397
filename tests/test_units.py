"""A closed table of units."""

import pytest

from cartpk.units import UNITS, conversion, find_unit, pretty


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("cells/µL", "cells/uL"),  # MICRO SIGN
        ("cells/μL", "cells/uL"),  # GREEK SMALL LETTER MU
        ("Cells/UL", "cells/uL"),
        ("/mm3", None),
        ("10⁶/L", "10^6/L"),
        ("copies/µg", "copies/ug gDNA"),
        (" copies/ug  gDNA ", "copies/ug gDNA"),
        ("％", "%"),
        ("ng/mL", None),
        ("cells/礚", None),
        ("", None),
    ],
)
def test_a_spelling_is_known_or_it_is_not(text, name):
    found = find_unit(text)

    assert (found.name if found else None) == name


def test_every_name_spells_itself():
    assert all(find_unit(name).name == name == unit.name for name, unit in UNITS.items())


def test_only_units_of_one_family_convert():
    assert conversion(UNITS["cells/mL"], UNITS["cells/uL"]) == 1e-3
    assert conversion(UNITS["10^6/L"], UNITS["cells/uL"]) == 1
    assert conversion(UNITS["copies/ug gDNA"], UNITS["copies/mL"]) is None
    assert conversion(UNITS["cells/uL"], UNITS["copies/mL"]) is None


def test_people_read_the_micro_sign():
    assert pretty("day*cells/uL") == "day·cells/µL"
