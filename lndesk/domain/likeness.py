"""Whether two records could be of one person."""

from __future__ import annotations

from lndesk.domain.patient import Patient, looks_alike, sound

SHORT = 5
"""Of a name with so few letters, one is enough to make it another name."""


def could_be_one(one: Patient, other: Patient) -> bool:
    """Tell whether two names are the same or sound the same; with the same birth date, similar is enough."""
    return looks_alike(one, other) or (one.born_on == other.born_on and _similar(one, other))


def _similar(one: Patient, other: Patient) -> bool:
    if _swapped(one, other):
        return True
    given = one.given_name, other.given_name
    if one.family_name == other.family_name and min(map(len, given)) > 1 and _slips(*given) == 1:
        return True
    sounds = sound(one), sound(other)
    return _slips(*sounds) <= (1 if min(map(len, sounds)) <= SHORT else 2)


def _swapped(one: Patient, other: Patient) -> bool:
    return one.family_name + one.given_name == other.given_name + other.family_name or (
        sound(one) == sound(other, given_first=True)
    )


def _slips(one: str, other: str) -> int:
    """Return how many letters were left out, added, changed, or swapped with their neighbour."""
    before, row = list[int](), list(range(len(other) + 1))
    for i, letter in enumerate(one, 1):
        earlier, before, row = before, row, [i]
        for j, its in enumerate(other, 1):
            best = min(before[j] + 1, row[j - 1] + 1, before[j - 1] + (letter != its))
            if i > 1 and j > 1 and letter == other[j - 2] and one[i - 2] == its:
                best = min(best, earlier[j - 2] + 1)
            row.append(best)
    return row[-1]
