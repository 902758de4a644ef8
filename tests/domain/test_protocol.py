import re
import tomllib
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lndesk.domain.errors import ProtocolProblem
from lndesk.domain.protocol_file import parse_protocol, refuse_incomplete
from lndesk.i18n import speaking
from lndesk.settings import resources

SHIPPED = (resources() / "protocols" / "nct04318600.toml").read_text(encoding="utf-8")
MAY_BE_LEFT_OUT = (
    "protocol.other_id", "choices", "desk.lock_after", "calendar.holidays", "calendar.visits_a_day",
    "calendar.infusions_a_day",
)  # fmt: skip


def changed(old, new):
    assert SHIPPED.count(old) == 1
    return SHIPPED.replace(old, new)


def refusal(text):
    with pytest.raises(ProtocolProblem) as problem:
        refuse_incomplete(parse_protocol(text))
    return str(problem.value)


def paths(tree, before=()):
    for name, node in tree.items():
        yield (*before, name)
        if isinstance(node, dict):
            yield from paths(node, (*before, name))


def written(tree):
    """Write the little TOML that a protocol needs."""
    lines = []
    for section, keys in tree.items():
        if section == "arms":
            for arm, entries in keys.items():
                lines += [f"[arms.{arm}]", *(f"{name} = {inline(node)}" for name, node in entries.items())]
        else:
            lines += [f"[{section}]", *(f"{name} = {inline(node)}" for name, node in keys.items())]
    return "\n".join(lines)


def inline(node):
    match node:
        case dict():
            return "{ " + ", ".join(f"{name} = {inline(value)}" for name, value in node.items()) + " }"
        case list():
            return "[" + ", ".join(inline(value) for value in node) + "]"
        case bool():
            return str(node).lower()
        case str():
            return f'"{node}"'
    return str(node)


def without(path, renamed_to=None):
    tree = tomllib.loads(SHIPPED)
    node = tree
    for name in path[:-1]:
        node = node[name]
    content = node.pop(path[-1])
    if renamed_to:
        node[renamed_to] = content
    return written(tree)


DRUG = 3  # medication.allowed.NAME: which drugs there are is the protocol's to say
EVERY_KEY = [
    path
    for path in paths(tomllib.loads(SHIPPED))
    if len(path) > 1 and not (path[:2] == ("medication", "allowed") and len(path) == DRUG)
]


def test_the_shipped_file_is_read_with_the_origin_of_each_value():
    protocol = parse_protocol(SHIPPED)

    assert protocol.trial_id == "NCT04318600"
    assert protocol.dose.cells_per_kg == Decimal(1_000_000)
    assert protocol.dose.cap_cells is None
    assert protocol.schedule.followup_weeks == (4, 12, 24)
    assert str(protocol.origins["dose.cells_per_kg"]) == "registry entry, line 46"
    assert protocol.origins["dose.graduation"].is_site
    assert protocol.arms["control"].infused is False


def test_the_little_writer_of_this_test_writes_what_the_file_says():
    assert tomllib.loads(written(tomllib.loads(SHIPPED))) == tomllib.loads(SHIPPED)


@given(st.sampled_from([path for path in EVERY_KEY if ".".join(path) not in MAY_BE_LEFT_OUT]))
def test_leaving_out_any_key_is_refused_naming_it(path):
    key = ".".join(path)
    if path[-1] in MAY_BE_LEFT_OUT:
        parse_protocol(without(path))
        return

    said = refusal(without(path))

    # of a registry value without its line the value is named; of an arm its first key; the last criterion by the count
    assert key.removesuffix(".line") in said or (path[0] == "criteria" and len(path) == 2 and "34 are given" in said)


@given(st.sampled_from(EVERY_KEY), st.data())
def test_misspelling_any_key_is_refused_naming_it(path, data):
    name = path[-1]
    at = data.draw(st.integers(0, len(name) - 1))
    wrong = data.draw(st.sampled_from([name[:at] + name[at + 1 :], name[:at] + "x" + name[at:], name + "s"]))
    if wrong in ("", name):
        return

    said = refusal(without(path, wrong))

    assert ".".join(path) in said or ".".join((*path[:-1], wrong)) in said


@pytest.mark.parametrize(
    ("old", "new", "key"),
    [
        ('value = "1000000", unit = "cells per kg"', 'value = "1000000", unit = "cells"', "dose.cells_per_kg"),
        ('graduation = { value = "0.1"', "graduation = { value = 0.1", "dose.graduation"),
        ('graduation = { value = "0.1"', 'graduation = { value = "0,1"', "dose.graduation"),
        ('graduation = { value = "0.1"', 'graduation = { value = "1e-1"', "dose.graduation"),
        ('graduation = { value = "0.1"', 'graduation = { value = "0"', "dose.graduation"),
        ('graduation = { value = "0.1"', 'graduation = { value = "-0.1"', "dose.graduation"),
        ('graduation = { value = "0.1"', 'graduation = { value = ""', "dose.graduation"),
        ('graduation = { value = "0.1"', 'graduation = { value = "0.00001"', "dose.graduation"),
        ('viability_at_least = { value = "70"', 'viability_at_least = { value = "100.1"', "dose.viability_at_least"),
        ('viability_at_least = { value = "70", unit = "%"', 'viability_at_least = { value = "70", unit = "percent"',
         "dose.viability_at_least"),
        ('basis = { value = "viable"', 'basis = { value = "living"', "dose.basis"),
        ('weight_basis = { value = "actual"', 'weight_basis = { value = "ideal"', "dose.weight_basis"),
        ('at_least = { value = "20", unit = "kg"', 'at_least = { value = "201", unit = "kg"', "weight.at_least"),
        ('warns_above = { value = "5"', 'warns_above = { value = "11"', "dose.deviation_warns_above"),
        ('age_warns_above = { value = "24"', 'age_warns_above = { value = "169"', "weight.age_warns_above"),
        ('age_at_least = { value = "14"', 'age_at_least = { value = "61"', "eligibility.age_at_least"),
        ('every = { value = "1", unit = "months", origin = "registry", line = 46',
         'every = { value = "1", unit = "months", origin = "registry", line = 131', "schedule.every"),
        ('every = { value = "1", unit = "months", origin = "registry", line = 46',
         'every = { value = "1", unit = "months", origin = "registry", line = 0', "schedule.every"),
        ('every = { value = "1", unit = "months", origin = "registry", line = 46',
         'every = { value = "1", unit = "months", origin = "registry", line = true', "schedule.every"),
        ('every = { value = "1", unit = "months", origin = "registry", line = 46',
         'every = { value = "1", unit = "months", origin = "guess"', "schedule.every"),
        ('every = { value = "1", unit = "months"', 'every = { value = "1", unit = "weeks"', "schedule.every"),
        ('minimum_gap = { value = "21"', 'minimum_gap = { value = "21.5"', "schedule.minimum_gap"),
        ('["4", "12", "24"]', '["4", "24", "12"]', "schedule.followup_weeks"),
        ('["4", "12", "24"]', '["4", "4", "24"]', "schedule.followup_weeks"),
        ('["4", "12", "24"]', "[]", "schedule.followup_weeks"),
        ('["4", "12", "24"]', '"4"', "schedule.followup_weeks"),
        ('form_id = { value = "LND-F-07 v1", origin = "site" }', 'form_id = "LND-F-07 v1"', "protocol.form_id"),
        ('version = "1"', "version = 1", "protocol.version"),
        ("infused = true", 'infused = "yes"', "arms.treatment.infused"),
        ('label = { en = "Blank control", zh_CN = "空白对照组"', 'label = { en = "Blank control", zh_CN = ""',
         "arms.control.label"),
    ],
)  # fmt: skip
def test_each_kind_of_wrong_value_is_refused_naming_its_key(old, new, key):
    said = refusal(changed(old, new))

    assert key in said


@pytest.mark.parametrize("text", ["", "[dose", "dose: 5", "\x00", "[protocol]\ntrial_id = 'NCT'", "a = 1\na = 2"])
def test_what_is_not_a_protocol_is_refused_in_a_sentence(text):
    said = refusal(text)

    assert said.endswith(".")


def test_an_unknown_section_is_refused_by_its_name():
    said = refusal(SHIPPED + '\n[extra]\nsurprise = "1"\n')

    assert "extra.surprise" in said


def test_a_cap_is_read_when_it_is_given():
    text = re.sub(r"^# (cap = \{.*?\}).*$", r"\1", SHIPPED, flags=re.MULTILINE)

    protocol = parse_protocol(text)

    assert protocol.dose.cap_cells == Decimal(100_000_000)
    assert protocol.origins["dose.cap"].is_site


def test_two_files_that_differ_in_a_letter_are_told_apart():
    one, other = parse_protocol(SHIPPED), parse_protocol(changed('version = "1"', 'version = "2"'))

    assert one.sha256 != other.sha256


def test_wordings_follow_the_language():
    title = parse_protocol(SHIPPED).title

    with speaking("zh_CN"):
        assert str(title) == "人羊膜间充质干细胞治疗狼疮性肾炎"
    assert str(title).startswith("Amniotic")
