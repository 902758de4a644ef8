import pypdfium2
import pytest
from PySide6.QtCore import Qt
from PySide6.QtPrintSupport import QPrinter

from lndesk.services.preparations import VoidDose
from tests.conftest import rewrite
from ui.dialogs.label_preview import LabelPreviewDialog
from ui.dialogs.sheet_preview import SheetPreviewDialog
from ui.printing import new_printer, page_images, send_images

pytestmark = pytest.mark.qt_log_ignore("^This plugin does not support", extend=True)


@pytest.fixture
def number(study, make):
    patient_id = make.treated()
    make.weight(patient_id)
    return study.issue_sheet(make.checked(make.prepared(patient_id, make.lot()[:1])))


@pytest.fixture
def dialog(qtbot, study, show, number):
    made = SheetPreviewDialog(study, number, printers=["Ward printer"])
    with qtbot.waitSignal(made.preview.drawn, timeout=20_000):
        show(made)
    return made


def test_the_whole_page_is_shown_in_proportion(qtbot, dialog, faults):
    page = dialog.preview.pages[0]
    qtbot.waitUntil(lambda: page.pixmap().height() <= dialog.preview.viewport().height(), timeout=20_000)

    assert len(dialog.preview.pages) == 1
    assert page.accessibleName() == "Page 1 of 1"
    assert abs(page.height() / page.width() - 297 / 210) < 0.02
    assert faults(dialog) == []


def test_a_zoom_is_drawn_anew_and_sharp(qtbot, dialog):
    before = dialog.preview.pages[0].pixmap().width()

    with qtbot.waitSignal(dialog.preview.drawn, timeout=20_000):
        dialog.preview.zoom_by(+1)

    assert dialog.preview.pages[0].pixmap().width() > before


def test_the_pdf_is_saved_byte_by_byte(dialog, study, number, tmp_path):
    dialog.save_to(tmp_path / "sheet.pdf")

    assert (tmp_path / "sheet.pdf").read_bytes() == study.sheet_pdf(number)
    assert "Saved as" in dialog.message.text()


def test_a_folder_that_cannot_be_written_to_is_said(dialog, tmp_path):
    dialog.save_to(tmp_path / "no such folder" / "sheet.pdf")

    assert "cannot be written" in dialog.message.text()


def test_without_a_printer_it_says_so_and_can_be_saved(study, show, number):
    dialog = show(SheetPreviewDialog(study, number, printers=[]))

    assert "No printer is set up" in dialog.why_not.text()
    assert not dialog.print.isEnabled()
    assert dialog.save.isEnabled()


def test_after_printing_somebody_says_whether_it_came_out(qtbot, dialog):
    dialog.ask_whether_complete()
    assert dialog.complete.isVisible()

    dialog.no.click()
    assert "was not printed" in dialog.message.text()
    assert dialog.print.isEnabled()
    assert dialog.isVisible()

    dialog.ask_whether_complete()
    with qtbot.waitSignal(dialog.printed) as printed:
        dialog.yes.click()
    assert printed.args == [dialog.number]
    assert not dialog.isVisible()


def test_the_sheet_of_a_void_dose_can_be_read_and_not_printed(study, show, number):
    study.run(VoidDose(preparation_id=study.sheets()[0].preparation_id, reason="The patient has a fever"))

    dialog = show(SheetPreviewDialog(study, number, printers=["Ward printer"]))

    assert "This dose is void" in dialog.why_not.text()
    assert not dialog.print.isEnabled()


@pytest.mark.usefixtures("qapp")
def test_a_printer_gets_whole_pages_of_a4(study, number, tmp_path):
    printer = new_printer(number)
    printer.setOutputFormat(QPrinter.OutputFormat.PdfFormat)
    printer.setOutputFileName(str(tmp_path / "printed.pdf"))

    send_images(page_images(study.sheet_pdf(number), 150), printer)

    assert printer.resolution() == 600
    with pypdfium2.PdfDocument(tmp_path / "printed.pdf") as printed:
        assert len(printed) == 1
        width, height = printed[0].get_size()
        assert (round(width), round(height)) == (595, 842)
        assert ink_rows(printed[0]) == ink_rows(pypdfium2.PdfDocument(study.sheet_pdf(number))[0])


def ink_rows(page):
    """Say where the first and the last ink of a page lies, in twentieths of its height."""
    picture = page.render(scale=1).to_pil().convert("L").point(lambda grey: 255 * (grey < 128))
    _left, top, _right, bottom = picture.getbbox()
    return round(top * 20 / picture.height), round(bottom * 20 / picture.height)


def test_enter_prints_nothing(qtbot, dialog):
    qtbot.keyClick(dialog, Qt.Key.Key_Return)

    assert dialog.isVisible()
    assert not dialog.complete.isVisible()


def test_a_record_that_differs_from_what_was_signed_is_told(study, show, number):
    rewrite(study, "update weight set scale = 'C7' where id = 1")

    dialog = SheetPreviewDialog(study, number, printers=["Ward printer"])
    show(dialog)

    assert "differs from what was signed" in dialog.message.text()
    assert "Checked by LI Na" in dialog.message.text()


def choose(dialog, code):
    """Choose why a sheet is printed again."""
    dialog.again._choice.setCurrentIndex(dialog.again._choice.findData(code))


def test_saying_that_it_came_out_puts_the_print_on_record(study, dialog, number, tmp_path):
    dialog.save_to(tmp_path / "sheet.pdf")

    (kept,) = study.prints_of(number)
    assert (kept.copy_no, kept.printer, kept.outcome) == (0, "PDF file", "complete")


def test_a_file_that_could_not_be_written_does_not_use_up_the_original(study, dialog, number, tmp_path):
    dialog.save_to(tmp_path / "no such folder" / "sheet.pdf")
    dialog.save_to(tmp_path / "sheet.pdf")

    assert [(kept.copy_no, kept.outcome) for kept in study.prints_of(number)] == [(0, "not_complete"), (0, "complete")]


def test_a_second_copy_is_a_reprint_and_asks_why(dialog, study, number, tmp_path, faults):
    dialog.save_to(tmp_path / "sheet.pdf")
    assert "The next print is REPRINT 1." in dialog.again.text()
    assert "ORIGINAL went to PDF file" in dialog.again.text()

    dialog.save_to(tmp_path / "again.pdf")
    assert "Choose a reason" in dialog.message.text()
    assert not (tmp_path / "again.pdf").exists()

    choose(dialog, "paper_jam")
    assert faults(dialog) == []
    dialog.save_to(tmp_path / "again.pdf")
    assert study.proof_of_file((tmp_path / "again.pdf").read_bytes()).valid
    assert study.prints_of(number)[-1].reason == "paper_jam"


@pytest.mark.qt_log_ignore("QPainter::begin", extend=True)
def test_a_printer_that_does_not_answer_leaves_the_original_unused(qtbot, dialog, study, number):
    qtbot.mouseClick(dialog.print, Qt.MouseButton.LeftButton)

    qtbot.waitUntil(lambda: dialog.message.kind == "stop", timeout=20_000)
    assert "does not answer" in dialog.message.text()
    assert [kept.outcome for kept in study.prints_of(number)] == ["not_complete"]
    assert study.sheet_copy(number).copy_no == 0


def test_the_label_is_shown_on_its_stock_and_saved(qtbot, study, show, number, tmp_path, faults):
    dialog = LabelPreviewDialog(study, number, printers=[])
    with qtbot.waitSignal(dialog.preview.drawn, timeout=20_000):
        show(dialog)
    roll = dialog.preview.pages[0]
    assert roll.width() > roll.height()
    assert faults(dialog) == []

    dialog.stock.set_value("a4")
    dialog.save_to(tmp_path / "label.pdf")

    assert (tmp_path / "label.pdf").read_bytes() == study.label_pdf(number, stock="a4")
    assert not dialog.print.isEnabled()
