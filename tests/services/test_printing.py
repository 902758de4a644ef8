import pytest

from lndesk.domain.errors import NotPermitted, RuleViolation
from lndesk.reports.raster import page_texts
from lndesk.services.preparations import VoidDose
from lndesk.services.printing import NotePrinted
from lndesk.store import contents
from lndesk.store.driver import dbapi2


@pytest.fixture
def number(study, make):
    patient_id = make.treated()
    make.weight(patient_id)
    return study.issue_sheet(make.checked(make.prepared(patient_id, make.lot()[:1])), language="en")


def printed(study, number, *, complete=True, **why):
    """Print the next copy; return its number and its bytes."""
    copy = study.sheet_copy(number, **why)
    printing_id = study.start_print(number, copy, printer="Ward printer", **why)
    if complete is not None:
        study.run(NotePrinted(printing_id=printing_id, complete=complete))
    return copy


def said(pdf):
    """Return the text of the first page with its lines joined."""
    return " ".join(page_texts(pdf)[0].split())


def test_the_first_print_is_the_original_byte_for_byte(study, number):
    copy = printed(study, number)

    assert (copy.copy_no, copy.pdf) == (0, study.sheet_pdf(number))
    assert "ORIGINAL" in page_texts(copy.pdf)[0]


def test_a_second_print_is_a_numbered_reprint_that_says_when_and_why(study, number, clock):
    printed(study, number)
    clock.forward(minutes=7)

    first = printed(study, number, reason="paper_jam")
    second = printed(study, number, reason="other", remark="given to the ward")

    text = said(first.pdf)
    assert (first.copy_no, second.copy_no) == (1, 2)
    assert "REPRINT 1" in text
    assert "Paper jam" in text
    assert "given to the ward" in said(second.pdf)
    assert "ORIGINAL" not in text


def test_a_reprint_keeps_every_figure_of_the_original(study, number):
    original = page_texts(printed(study, number).pdf)[0]

    again = page_texts(printed(study, number, reason="lost").pdf)[0]

    volume = next(line for line in original.splitlines() if line.endswith("mL"))
    assert volume in again


def test_a_print_that_came_out_incomplete_does_not_use_up_the_original(study, number):
    printed(study, number, complete=False)

    assert printed(study, number).copy_no == 0


def test_a_print_that_nobody_spoke_of_counts_as_printed(study, number):
    printed(study, number, complete=None)

    with pytest.raises(RuleViolation, match="why the sheet is printed again"):
        study.sheet_copy(number)


def test_a_reprint_needs_a_reason_and_another_reason_its_words(study, number):
    printed(study, number)

    with pytest.raises(RuleViolation) as no_reason:
        study.sheet_copy(number)
    with pytest.raises(RuleViolation) as no_words:
        study.sheet_copy(number, reason="other", remark="hm")

    assert (no_reason.value.field, no_words.value.field) == ("reason", "remark")


def test_of_two_people_printing_the_original_the_second_is_refused(study, number):
    mine, theirs = study.sheet_copy(number), study.sheet_copy(number)
    study.start_print(number, mine, printer="Ward printer")

    with pytest.raises(RuleViolation, match="printed meanwhile"):
        study.start_print(number, theirs, printer="Pharmacy printer")


def test_how_a_print_came_out_is_said_once(study, number):
    printed(study, number)
    (kept,) = study.prints_of(number)

    with pytest.raises(RuleViolation, match="on record already"):
        study.run(NotePrinted(printing_id=kept.id, complete=False))


def test_the_sheet_of_a_void_dose_is_not_printed_and_is_shown_as_void(study, number):
    copy = study.sheet_copy(number)
    study.run(VoidDose(preparation_id=study.sheets()[0].preparation_id, reason="The patient has a fever"))

    with pytest.raises(RuleViolation, match="void"):
        study.start_print(number, copy, printer="Ward printer")
    with pytest.raises(RuleViolation, match="void"):
        study.label_pdf(number)
    shown = said(study.sheet_view(number))
    assert "VOID" in shown
    assert "The patient has a fever" in shown


def test_a_monitor_reads_a_sheet_and_does_not_print_it(study, number):
    copy = study.sheet_copy(number)
    study.sign_in("monitor", "a sentence to test with")

    assert study.sheet_view(number) == copy.pdf
    with pytest.raises(NotPermitted):
        study.start_print(number, copy, printer="Ward printer")


def test_the_bytes_of_each_print_are_kept_and_never_changed(study, number):
    copy = printed(study, number)
    (kept,) = study.prints_of(number)

    assert contents.content(study._db, kept.sha256) == copy.pdf
    for statement in ("update content set bytes = x'00'", "delete from content"):
        with pytest.raises(dbapi2.DatabaseError, match="never"):
            study._db.conn.execute(statement)


@pytest.mark.usefixtures("number")
def test_verification_names_bytes_that_were_changed_past_the_guards(study):
    study._db.conn.execute("drop trigger content_no_update")
    study._db.conn.execute("update content set bytes = cast(bytes || x'20' as blob)")

    found = study.verify()

    assert not found.ok
    assert any("the bytes were changed" in str(problem) for problem in found.problems)
