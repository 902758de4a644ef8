"""`lndesk eligibility`: the criteria on one person's answers, without a store."""

from __future__ import annotations

import json
from decimal import Decimal
from pathlib import Path
from typing import Any

import click

from lndesk.domain.answers_reading import CHOICES, DAYS, FIELDS, FLAGS, read_answers
from lndesk.domain.answers_words import UNITS, WHAT
from lndesk.domain.criteria import Criterion, parse_criteria
from lndesk.domain.cross_checks import questions_on
from lndesk.domain.eligibility import WITHOUT_STATEMENT, EligibilityVerdict, Judgement, judge, verdict_on
from lndesk.domain.errors import RuleViolation
from lndesk.i18n import N_, Sentence, _
from lndesk.terminal import as_json, protocol_option, put_json, read_protocol_text

VERDICT_WORDS: dict[EligibilityVerdict, str] = {
    "eligible": N_("Eligible"),
    "not_eligible": N_("Not eligible"),
    "unknown": N_("Not all is answered"),
    "investigator_decides": N_("The investigator decides"),
}


@click.command()
@click.argument("answers", type=click.Path(path_type=Path), required=False)
@click.option("--template", is_flag=True, help="Print an empty file that explains each field.")
@protocol_option
@as_json
def eligibility(*, answers: Path | None, template: bool, protocol_file: Path | None, json_out: bool) -> None:
    """Judge the ANSWERS of one person, a JSON object, criterion by criterion.

    Nothing is recorded. Missing or null is unknown, never met.
    """
    criteria = parse_criteria(read_protocol_text(protocol_file))
    if template:
        put_json(_template(criteria))
        return
    if answers is None:
        raise RuleViolation(Sentence("Name the file with the answers, or ask for --template."))
    known = read_answers(_content(answers), _statements(criteria))
    found = judge(criteria, known)
    verdict = verdict_on(found)
    questions = [str(question.sentence) for question in questions_on(known)]
    if json_out:
        put_json({"verdict": verdict, "criteria": [_row(item) for item in found], "questions": questions})
        return
    for item in found:
        click.echo(f"{item.criterion.id:<4}{item.passes:<22}{item.criterion.text}: {item.why}")
    for question in questions:
        click.echo(f"?   {question}")
    click.echo(_(VERDICT_WORDS[verdict]))


def _content(file: Path) -> dict[str, Any]:
    try:
        content = json.loads(file.read_text(encoding="utf-8-sig"), parse_float=Decimal)
    except FileNotFoundError as error:
        raise RuleViolation(Sentence("There is no file {path}.", path=file)) from error
    except ValueError as error:
        raise RuleViolation(Sentence("{file} is not JSON: {why}", file=file, why=error)) from error
    if not isinstance(content, dict):
        raise RuleViolation(Sentence("{file} must hold one JSON object.", file=file))
    return {key: value for key, value in content.items() if not key.startswith("_")}


def _statements(criteria: tuple[Criterion, ...]) -> list[str]:
    return [criterion.id for criterion in criteria if criterion.rule not in WITHOUT_STATEMENT]


def _row(item: Judgement) -> dict[str, str]:
    return {"id": item.criterion.id, "passes": item.passes, "why": str(item.why)}


def _template(criteria: tuple[Criterion, ...]) -> dict[str, Any]:
    explained = {name: _meaning(name) for name in FIELDS}
    explained |= {
        criterion.id: f"{_kind(criterion)}: {criterion.text} (true, false)"
        for criterion in criteria
        if criterion.rule not in WITHOUT_STATEMENT
    }
    empty: dict[str, Any] = dict.fromkeys(explained)
    return {"_about": explained} | empty


def _kind(criterion: Criterion) -> str:
    return _("true when it holds") if criterion.kind == "inclusion" else _("true when it is present")


def _meaning(name: str) -> str:
    label, unit = _(WHAT[name]), UNITS.get(name)
    named = _("{what} in {unit}", what=label, unit=_(unit)) if unit else label
    return _("{what}: {form}", what=named, form=_form(name))


def _form(name: str) -> str:
    if name in DAYS:
        return _("day, YYYY-MM-DD")
    if name in FLAGS:
        return "true, false"
    if name in CHOICES:
        return ", ".join(CHOICES[name])
    return _("I to VI, or two as III+V") if name == "biopsy_class" else _("number")
