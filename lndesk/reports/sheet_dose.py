"""The printed half of a dose sheet: who, what was ordered, the calculation, the product."""

from __future__ import annotations

from lndesk.domain.sheet import SheetContainer, SheetLine, SheetSnapshot, SheetWarning, Text
from lndesk.i18n import Sentence, amount, day, in_words, moment, number
from lndesk.reports.codes import draw_qr
from lndesk.reports.fonts import width_mm
from lndesk.reports.layout import (
    BODY,
    HEAD,
    INNER,
    LABEL,
    LEFT,
    RIGHT,
    SMALL,
    VALUE,
    WIDTH,
    Block,
    draw_head,
    draw_label,
)
from lndesk.reports.page import FINE, STRONG, Ink, Page, Said, overflow, wrapped
from lndesk.reports.voice import Voice

FIRST_CONTAINERS = 2
DAGGER = " †"
_NAME = Ink(16, bold=True, smallest=10)
_BIG = Ink(22, bold=True, smallest=16)
_WARNING_LEADING = 3.6
# How tall a line of the calculation is beside the others; what only serves the preparation is a little lower.
_WEIGHTS = {"target": 1.0, "viable": 1.0, "volume": 2.2, "delivered": 1.0, "deviation": 1.0}
# Where the four columns of the calculation start; the boxed volume spans the last two.
_WORKING, _RESULTS, _WORDS = LEFT + 40, LEFT + 95, LEFT + 142


def header(sheet: SheetSnapshot, voice: Voice, status: Said, note: str = "") -> Block:
    """Make the top of page 1: site, title, product, number, status box and QR code."""

    def draw(page: Page, y: float, _height: float) -> None:
        width = 124
        page.text(LEFT, y + 3, voice.say(sheet.site, gap="  "), Ink(8.5, smallest=7), width=width)
        page.text(
            LEFT, y + 10.4, voice.say(_TITLE_TEXT, gap="  "), Ink(18, bold=True, smallest=14, keep=True), width=width
        )
        product = Text.spoken(lambda: Sentence("{product}, {route}", product=sheet.product, route=sheet.route))
        page.text(LEFT, y + 15.6, voice.say(product, gap="  "), Ink(8.5, smallest=7), width=width)
        trial = Sentence(
            "{trial}   Protocol {protocol}   Form {form}",
            trial=sheet.trial_id, protocol=sheet.protocol_version, form=sheet.form_id,
        )  # fmt: skip
        done = page.text(LEFT, y + 20.4, voice.hear(lambda: trial), Ink(8.5, smallest=7), width=78)
        page.text(LEFT + done + 4, y + 20.4, _sheet_no(sheet, voice), Ink(9, bold=True), width=width - done - 4)
        page.box(143, y + 0.7, 27, 9, weight=0.5)
        page.middle(156.5, y + 0.7, 9, status, Ink(11, bold=True, smallest=7, keep=True), width=25, align="centre")
        for index, line in enumerate(wrapped(note, Ink(6.5), 27)):
            page.text(156.5, y + 12.6 + 2.7 * index, line, Ink(6.5), align="centre", width=27)
        draw_qr(page, 174.5, y - 3, 23, sheet.payload())
        page.text(RIGHT, y + 22, f"{sheet.number}-{sheet.revision}", Ink(7), align="right")

    return Block(22.6, 23.5, draw)


def continuation(sheet: SheetSnapshot, voice: Voice) -> Block:
    """Make the top of any later page, which names the patient and the sheet again."""

    def draw(page: Page, y: float, _height: float) -> None:
        page.text(LEFT, y + 3, voice.say(_TITLE_TEXT, gap="  "), Ink(11, bold=True, smallest=8), width=115)
        page.text(RIGHT, y + 3, _sheet_no(sheet, voice), Ink(10, bold=True), align="right")
        page.box(LEFT, y + 5, WIDTH, 12.5, weight=STRONG)
        page.text(INNER, y + 9, voice.say(Sentence("Name")), LABEL)
        page.text(INNER, y + 14.8, "   ".join(_names(sheet, voice)), Ink(12, bold=True, smallest=8), width=104)
        _field(page, (LEFT + 110, y + 9), 30, voice.say(Sentence("Subject ID")), sheet.patient.subject_id, VALUE, 5.6)
        _field(
            page, (LEFT + 144, y + 9), 34, voice.say(Sentence("Hospital No.")), sheet.patient.hospital_no, VALUE, 5.6
        )

    return Block(17.5, 19, draw)


def patient(sheet: SheetSnapshot, voice: Voice) -> Block:
    """Make section 1; without a Chinese name it leaves a box to write it by hand."""
    who = sheet.patient
    allergies = voice.full(who.allergies)
    ink = Ink(8.5, bold=True)
    beside = wrapped(allergies, ink, 51)
    below = [] if len(beside) <= 2 else wrapped(allergies, ink, WIDTH - 4 - 24)  # noqa: PLR2004  # lines beside "Sex"
    sex = Sentence("Female") if who.sex == "female" else Sentence("Male")

    def draw(page: Page, y: float, height: float) -> None:
        page.box(LEFT, y, WIDTH, height, weight=STRONG)
        page.text(INNER, y + 3.6, "1", Ink(8, bold=True))
        page.text(INNER + 4, y + 3.6, voice.say(Sentence("Patient")), Ink(8, bold=True))
        _draw_names(page, y + 10.4, sheet, voice)
        at = y + 15
        _field(page, (INNER, at), 29, voice.say(Sentence("Subject ID")), who.subject_id, _FACT, 5.8)
        _field(page, (INNER + 30, at), 32, voice.say(Sentence("Hospital No.")), who.hospital_no, _FACT, 5.8)
        born = voice.hear(lambda: day(who.born_on))
        _field(page, (INNER + 64, at), 35, voice.say(Sentence("Born")), born, _FACT, 5.8)
        _field(page, (INNER + 102, at), 20, voice.say(Sentence("Sex")), voice.say(sex), _FACT, 5.8)
        page.text(INNER + 124, at, voice.say(Sentence("Allergies")), LABEL)
        if below:
            page.text(INNER + 124, at + 5.8, voice.say(Sentence("see below")), ink)
            page.text(INNER, at + 11, voice.say(Sentence("Allergies")), LABEL, width=23)
            page.lines(INNER + 24, at + 11, below, ink, 3.9)
        else:
            page.lines(INNER + 124, at + (5.4 if len(beside) == 1 else 4), beside, ink, 3.5)

    extra = 1.2 + 3.9 * len(below) if below else 0
    return Block(22.6 + extra, 24 + extra, draw, gap=1.2)


def order(sheet: SheetSnapshot, voice: Voice) -> Block:
    """Make section 2."""
    what = sheet.order
    nth = Sentence("{n} of {total}", n=what.infusion_no, total=what.infusions_total)
    dose = Text.spoken(
        lambda: Sentence("{amount} cells per kg", amount=Text.spoken(lambda: in_words(what.cells_per_kg)))
    )
    basis = voice.say(what.basis, gap="  ")
    if "basis" in sheet.site_values:
        basis = _marked(basis)
    measured = voice.hear(lambda: moment(what.measured_at))

    def draw(page: Page, y: float, height: float) -> None:
        draw_head(page, y, 2, voice.say(Sentence("Order"), gap="  "))
        at = y + HEAD + 3.4
        drop = (height - HEAD - 3.4) * 0.55
        note = at + drop + 3.6
        _field(page, (INNER, at), 30, voice.say(Sentence("Infusion")), voice.say(nth), VALUE, drop)
        planned = voice.hear(lambda: day(what.planned_on))
        _field(page, (INNER + 32, at), 30, voice.say(Sentence("Planned for")), planned, VALUE, drop)
        _field(page, (INNER + 64, at), 38, voice.say(Sentence("Protocol dose")), voice.say(dose), VALUE, drop)
        page.text(INNER + 64, note, basis, LABEL, width=63)
        weight = amount(what.weight_kg, "kg")
        _field(page, (INNER + 105, at), 21, voice.say(Sentence("Weight")), weight, Ink(12, bold=True, smallest=9), drop)
        _field(
            page,
            (INNER + 128, at),
            30,
            voice.say(Sentence("Measured")),
            measured,
            Ink(8.5, bold=True, smallest=7),
            drop,
        )
        scale = voice.say(Sentence("Scale {scale}", scale=what.scale)) if what.scale else ""
        page.text(INNER + 128, note, scale, LABEL, width=30)
        page.text(INNER + 160, at, voice.say(Sentence("Ordered by")), LABEL, width=18)
        name, ink = _in_two_lines(what.ordered_by, 18)
        page.lines(INNER + 160, at + drop, name, ink, 3.6)

    return Block(16.1, 18.6, draw)


def dose(sheet: SheetSnapshot, voice: Voice) -> Block:
    """Make section 3: the derivation line by line, the volume largest, then the accepted warnings."""
    warnings = [line for warning in sheet.warnings for line in _warning_lines(warning, voice)]
    bottom = 1.6 + _WARNING_LEADING * (len(warnings) + 1) if warnings else 4.8
    weights = [_WEIGHTS.get(line.code, 0.88) for line in sheet.derivation]

    def draw(page: Page, y: float, height: float) -> None:
        draw_head(page, y, 3, voice.say(Sentence("Dose calculation"), gap="  "))
        unit = (height - HEAD - bottom) / sum(weights)
        page.box(LEFT, y + HEAD, WIDTH, height - HEAD)
        at, framed = y + HEAD, None
        for line, weight in zip(sheet.derivation, weights, strict=True):
            _draw_line(page, (at, unit * weight), line, sheet, voice)
            framed = (at, unit * weight) if line.code == "volume" else framed
            at += unit * weight
            page.rule(LEFT, at, RIGHT, weight=FINE)
        if framed:
            page.box(_RESULTS - 2, framed[0], RIGHT - _RESULTS + 2, framed[1], weight=0.8)
        _draw_warnings(page, at, warnings, voice)

    rows = sum(weights)
    return Block(HEAD + 4.45 * rows + bottom, HEAD + 7 * rows + bottom, draw)


def product(sheet: SheetSnapshot, voice: Voice, containers: tuple[SheetContainer, ...], *, later: int = 0) -> Block:
    """Make section 4 for some of the containers; `later` tells how many more are on the next page."""
    rows = len(containers)
    tail = 5.0 if later else 0.0
    heads = 5.0 if len(voice.codes) == 1 else 6.0

    def draw(page: Page, y: float, height: float) -> None:
        title = Sentence("Product") if containers[0] == sheet.containers[0] else Sentence("Product, continued")
        draw_head(page, y, 4, voice.say(title, gap="  "))
        top = y + HEAD
        page.box(LEFT, top, WIDTH, height - HEAD)
        for (at, width), heading in zip(_PRODUCT_COLUMNS, _PRODUCT_HEADINGS, strict=True):
            draw_label(page, at + 1.5, (top, heads), voice.each(heading), LABEL, width - 2)
            if at > LEFT:
                page.upright(at, top, y + height - tail)
        each = (height - HEAD - heads - tail) / rows
        for index, container in enumerate(containers):
            at = top + heads + each * index
            page.rule(LEFT, at, RIGHT)
            _draw_container(page, at, each, container, voice)
        if later:
            page.rule(LEFT, y + height - tail, RIGHT)
            more = Sentence(
                "{later} more of {n} containers on page 2", later=later, n=len(sheet.containers)
            )  # the whole list is one lot list; page 2 repeats the patient
            page.middle(INNER, y + height - tail, tail, voice.say(more, gap="  "), Ink(8.5, bold=True), width=WIDTH - 4)

    return Block(HEAD + heads + 5.4 * rows + tail, HEAD + heads + 8.4 * rows + tail, draw)


_TITLE_TEXT = Sentence("Cell dose preparation sheet")
_FACT = Ink(12, bold=True, smallest=8)
_BY = Ink(8.5, bold=True, smallest=6.5)
_PRODUCT_COLUMNS = tuple(
    zip((15.0, 56.0, 87.0, 114.0, 138.0, 157.0, 175.0), (41.0, 31.0, 27.0, 24.0, 19.0, 18.0, 20.0), strict=True)
)
_PRODUCT_HEADINGS = (
    Sentence("Lot / container"),
    Sentence("Expires"),
    Sentence("Total cells per mL"),
    Sentence("Viability"),
    Sentence("In container"),
    Sentence("To use"),
    Sentence("Read from label"),
)


def _sheet_no(sheet: SheetSnapshot, voice: Voice) -> str:
    return voice.hear(lambda: Sentence("Sheet {number}  rev {revision}", number=sheet.number, revision=sheet.revision))


def _names(sheet: SheetSnapshot, voice: Voice) -> list[str]:
    names = [sheet.patient.han_name, sheet.patient.latin_name]
    return [name for name in (names if voice.main == "zh_CN" else names[::-1]) if name]


def _draw_names(page: Page, y: float, sheet: SheetSnapshot, voice: Voice) -> None:
    if sheet.patient.han_name:
        page.text(INNER, y, "   ".join(_names(sheet, voice)), _NAME, width=WIDTH - 4)
        return
    page.text(INNER, y, sheet.patient.latin_name, _NAME, width=WIDTH - 64)
    page.box(RIGHT - 58, y - 8, 56, 10)
    page.text(RIGHT - 57, y - 5.4, voice.say(Sentence("Chinese name, by hand")), Ink(6.5))


def _in_two_lines(name: str, width: float) -> tuple[list[str], Ink]:
    width_mm(name, _BY.size, bold=True)  # a letter that the font lacks is told with the whole name
    for points in _BY.steps():
        ink = Ink(points, bold=True)
        lines = wrapped(name, ink, width)
        if len(lines) <= 2:  # noqa: PLR2004  # as the name of the function says
            return lines, ink
    raise overflow(name)


def _field(page: Page, at: tuple[float, float], width: float, label: Said, value: Said, ink: Ink, drop: float) -> None:
    x, y = at
    page.text(x, y, label, LABEL, width=width)
    page.text(x, y + drop, value, ink, width=width)


def _draw_line(page: Page, at: tuple[float, float], line: SheetLine, sheet: SheetSnapshot, voice: Voice) -> None:
    y, height = at
    tall = line.code == "volume"
    label, result = (Ink(9.5, bold=True, smallest=7), _BIG) if tall else (BODY, _result(height))
    working, words = voice.say(line.working, gap="  "), voice.each(line.words)
    if line.code in sheet.site_values:
        working, words = (working, _marked(words)) if any(words) else (_marked(working), words)
    draw_label(page, INNER, at, voice.each(line.label), label, 36)
    page.middle(_WORKING, y, height, working, Ink(8, smallest=6.5), width=52)
    page.middle(_RESULTS, y, height, voice.each(line.result)[0], result, width=47)
    draw_label(page, _WORDS, at, words, BODY, RIGHT - _WORDS - 1.5)


def _result(height: float) -> Ink:
    """Set a result as large as its row lets it breathe."""
    return Ink(max(9.0, min(11.0, 0.5 * int(height * 4))), bold=True, smallest=7.5)


def _marked(forms: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(form + DAGGER for form in forms)


def _warning_lines(warning: SheetWarning, voice: Voice) -> list[str]:
    said = Sentence(
        "{text} Reason: {reason} ({who}, {when})",
        text=voice.full(warning.text), reason=warning.reason, who=warning.accepted_by, when=warning.accepted_at,
    )  # fmt: skip
    return wrapped(voice.hear(lambda: said), SMALL, WIDTH - 9)


def _draw_warnings(page: Page, y: float, lines: list[str], voice: Voice) -> None:
    if not lines:
        page.middle(INNER, y, 4.8, voice.say(Sentence("Warnings accepted: none"), gap="  "), SMALL)
        return
    page.shape([(INNER, y + 4.2), (INNER + 1.6, y + 1.3), (INNER + 3.2, y + 4.2)])
    page.text(INNER + 1.6, y + 3.9, "!", Ink(6, bold=True), align="centre")
    page.text(INNER + 5, y + 4, voice.say(Sentence("Warnings accepted"), gap="  "), Ink(7.5, bold=True))
    page.lines(INNER + 5, y + 4 + _WARNING_LEADING, lines, SMALL, _WARNING_LEADING)


def _draw_container(page: Page, y: float, height: float, container: SheetContainer, voice: Voice) -> None:
    texts: tuple[tuple[Said, Ink], ...] = (
        (f"{container.lot_no} / {container.container_no}", Ink(10, bold=True, smallest=7)),
        (voice.hear(lambda: day(container.expires_on)), Ink(9, smallest=7)),
        (number(container.cells_per_ml), Ink(9, smallest=7)),
        (voice.say(container.viability), Ink(9, smallest=6.5)),
        (amount(container.in_container_ml, "mL"), Ink(9, smallest=7)),
        (amount(container.use_ml, "mL"), Ink(10.5, bold=True, smallest=7)),
    )
    for (at, width), (said, ink) in zip(_PRODUCT_COLUMNS, texts, strict=False):
        page.middle(at + 1.5, y, height, said, ink, width=width - 2)
    at, width = _PRODUCT_COLUMNS[-1]
    page.box(at + width / 2 - 1.8, y + height / 2 - 1.8, 3.6, 3.6, weight=0.3)
