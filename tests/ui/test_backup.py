import itertools
import os
import shutil
import time

import pytest
from PySide6.QtCore import QTimer

from lndesk.i18n import set_language
from tests.conftest import PASSWORD, QUICK
from ui.dialogs.backup_target import AddTargetDialog, EndTargetDialog, ThinDialog
from ui.dialogs.close_day import CloseDayDialog, DayClosedDialog
from ui.dialogs.look_inside import LookInsideDialog
from ui.dialogs.rehearse import RehearseDialog
from ui.dialogs.restore_backup import RestoreDialog
from ui.dialogs.way_in import WayInDialog
from ui.screens.backup import BackupScreen
from ui.tasks import wait_for_all
from ui.widgets.backup_words import size_words
from ui.widgets.work_bar import WorkBar

LONG_MS = 20_000


@pytest.fixture(autouse=True)
def home(tmp_path, monkeypatch):
    monkeypatch.setenv("LNDESK_HOME", str(tmp_path / "home"))
    yield
    wait_for_all()


@pytest.fixture
def stick(tmp_path):
    made = tmp_path / "stick"
    made.mkdir()
    return made


@pytest.fixture
def target(study, stick):
    study.add_target("LNDESK-A", stick)
    return study.targets()[0]


@pytest.fixture
def screen(study, show):
    return shown(study, show)


def shown(study, show):
    made = BackupScreen(study, print)
    made.resize(1160, 640)
    made.refresh()
    return show(made)


def looked(screen, qtbot):
    qtbot.waitUntil(lambda: all(line.state for line in screen.media.table.rows_model.shown), timeout=LONG_MS)


def back_up(screen, qtbot):
    screen.back_up()
    assert not screen.primary.isEnabled()
    ended(screen, qtbot)


def ended(screen, qtbot):
    qtbot.waitUntil(lambda: not screen.run.running, timeout=LONG_MS)


def dialog_of(screen, kind, qtbot):
    qtbot.waitUntil(lambda: any(each.isVisible() for each in screen.findChildren(kind)), timeout=LONG_MS)
    return next(each for each in screen.findChildren(kind) if each.isVisible())


def texts(table):
    model = table.rows_model
    return [[column.text(row) for column in model.columns] for row in model.shown]


def verified(screen, qtbot):
    with qtbot.waitSignal(screen.verification.finished, timeout=LONG_MS):
        screen.verify()


def test_until_there_is_one_today_has_no_backup(screen, faults):
    assert screen.message.kind == "warn"
    assert screen.message.text() == "No backup today. There is none at all. Back up before you leave."
    assert faults(screen) == []


def test_without_a_medium_backing_up_asks_for_one_and_goes_on(screen, study, stick, qtbot, faults):
    screen.back_up()
    dialog = dialog_of(screen, AddTargetDialog, qtbot)
    assert faults(dialog) == []

    dialog.act.click()
    assert dialog.form.problem("folder") == "Choose a folder."
    dialog.name.setText("LNDESK-A")
    dialog.folder.set_path(stick)
    dialog.act.click()
    qtbot.waitUntil(lambda: len(study.backups()) == 1, timeout=LONG_MS)
    ended(screen, qtbot)

    assert screen.message.kind == "done"
    assert "LNDESK-A: verified, " in screen.message.text()


def test_a_folder_beside_the_file_is_no_medium(screen, study, qtbot):
    screen.add_target()
    dialog = dialog_of(screen, AddTargetDialog, qtbot)
    dialog.name.setText("LNDESK-A")
    dialog.folder.set_path(study.path.parent)

    dialog.act.click()

    assert "not beside the file itself" in dialog.form.problem("folder")
    assert study.targets() == []


def test_every_medium_that_is_there_gets_its_backup_and_the_others_are_named(
    screen, study, target, tmp_path, qtbot, faults
):
    other = tmp_path / "ward"
    other.mkdir()
    study.add_target("LNDESK-B", other)
    shutil.rmtree(other)

    back_up(screen, qtbot)

    assert screen.message.kind == "warn"
    assert "Backed up and verified on 1 of 2 media." in screen.message.text()
    assert "LNDESK-A: verified" in screen.message.text()
    assert "LNDESK-B is not plugged in" in screen.message.text()
    (row,) = study.backups()
    assert row.target_id == target.id
    qtbot.waitUntil(lambda: [row[4] for row in texts(screen.media.table)][:1] == ["Today"], timeout=LONG_MS)
    first, second = texts(screen.media.table)
    assert first[:2] == ["LNDESK-A", "Present"]
    assert first[4] == "Today"
    assert second[:2] == ["LNDESK-B", "Not plugged in"]
    assert "LNDESK-B is not plugged in" in second[-1]
    assert faults(screen) == []


@pytest.mark.usefixtures("target")
def test_another_stick_in_its_place_is_said_by_name(screen, study, stick, qtbot, tmp_path):
    other = tmp_path / "other"
    other.mkdir()
    study.add_target("LNDESK-B", other)
    shutil.copy2(other / "lndesk-target.json", stick / "lndesk-target.json")
    shutil.rmtree(other)
    study.end_target(study.targets()[1].id, reason="Lost")

    back_up(screen, qtbot)

    assert screen.message.kind == "stop"
    assert "This is not LNDESK-A, it is LNDESK-B. Plug in LNDESK-A." in screen.message.text()
    qtbot.waitUntil(lambda: texts(screen.media.table)[0][1] == "Wrong medium", timeout=LONG_MS)


@pytest.mark.usefixtures("target")
def test_the_stages_are_seen_and_it_counts_only_at_the_end(screen, qtbot):
    back_up(screen, qtbot)

    assert screen.run.stages[0] == "copying"
    assert screen.run.stages[-1] == "verifying"
    assert screen.subtitle.text() == "Last backup 02-Mar-2026 09:00, verified"
    assert not screen.run.isVisible()
    assert screen.primary.isEnabled()


@pytest.mark.usefixtures("target")
def test_the_window_answers_within_100_ms_while_a_backup_is_made(screen, make, qtbot):
    for number in range(30):
        make.patient(f"H{number}")
    ticks = [time.monotonic()]
    timer = QTimer(interval=10)
    timer.timeout.connect(lambda: ticks.append(time.monotonic()))
    screen.back_up()
    timer.start()

    ended(screen, qtbot)
    timer.stop()

    during = ticks[1:-1]  # the last one falls together with putting it on record
    assert max((b - a for a, b in itertools.pairwise(during)), default=0) < 0.1


@pytest.mark.usefixtures("target")
def test_a_backup_that_is_cancelled_leaves_nothing(screen, study, stick, qtbot):
    before = sorted(file.name for file in stick.iterdir())

    screen.back_up()
    screen.run.cancel_button.click()
    ended(screen, qtbot)

    assert screen.message.text() == "Stopped. Nothing half made was left."
    assert study.backups() == []
    assert sorted(file.name for file in stick.iterdir()) == before


@pytest.mark.usefixtures("target")
def test_a_backup_goes_on_record_although_its_page_is_gone(study, qtbot):
    screen = BackupScreen(study, print)
    screen.refresh()
    screen.back_up()

    screen.deleteLater()
    del screen

    qtbot.waitUntil(lambda: len(study.backups()) == 1, timeout=LONG_MS)


@pytest.mark.usefixtures("target")
def test_a_medium_two_days_old_and_a_missing_second_one_are_warned_of(screen, qtbot, clock):
    back_up(screen, qtbot)
    assert "There is one medium only." in screen.media.hint.text()

    clock.forward(days=2)
    screen.refresh()

    assert "The last backup on LNDESK-A is 2 days old." in screen.media.hint.text()
    assert "No backup today. The last one is of 02-Mar-2026 09:00." in screen.message.text()


@pytest.mark.usefixtures("target")
def test_the_end_of_a_medium_asks_why(screen, study, qtbot, faults):
    screen.media.refresh()
    screen.media.table.selectRow(0)
    screen.media.end_button.click()
    dialog = dialog_of(screen, EndTargetDialog, qtbot)
    assert faults(dialog) == []

    dialog.act.click()
    assert dialog.form.problem("reason") == "Give the reason."
    dialog.reason.setText("Worn out")
    dialog.act.click()

    assert study.targets() == []


def test_what_would_be_removed_is_shown_first(screen, study, target, stick, qtbot, clock, faults):
    for _day in range(10):
        study.note_backup(study.back_up(target))
        clock.forward(days=1)
    screen.refresh()
    screen.media.table.selectRow(0)
    due = study.to_thin(target)
    assert due
    assert screen.media.thin_button.isEnabled()

    screen.media.thin_button.click()
    dialog = dialog_of(screen, ThinDialog, qtbot)
    assert dialog.table.rows_model.total == len(due)
    assert faults(dialog) == []
    dialog.act.click()

    assert study.to_thin(target) == ()
    assert len(list(stick.glob("*.lndesk-backup"))) == 10 - len(due)


@pytest.mark.usefixtures("target")
def test_a_backup_is_verified_again_from_its_medium(screen, study, qtbot):
    back_up(screen, qtbot)
    screen.table.selectRow(0)
    screen.check_button.click()
    ended(screen, qtbot)
    assert "is whole" in screen.message.text()

    os.truncate(study.backups()[0].file, 1000)
    screen.check_button.click()
    ended(screen, qtbot)

    assert screen.message.kind == "stop"
    assert "is not a whole backup of lndesk" in screen.message.text()


def test_a_backup_is_found_where_its_medium_now_is(screen, study, target, stick, qtbot, tmp_path):
    back_up(screen, qtbot)
    looked(screen, qtbot)
    row = study.backups()[0]
    moved = tmp_path / "elsewhere"
    moved.mkdir()
    screen.media._states[target.id] = type(screen.media._states[target.id])(
        target=target, state="present", folder=moved, free_bytes=1, last=row, days=0, said=None
    )
    assert screen.file_of(row).parent == stick

    shutil.move(row.file, moved)

    assert screen.file_of(row).parent == moved


@pytest.mark.usefixtures("target")
def test_looking_inside_says_what_it_holds_and_what_would_be_missing(screen, study, make, qtbot, faults):
    make.patient("H1")
    back_up(screen, qtbot)
    before = study.act_count()
    make.patient("H2", given_name="敏", latin_given="Min")
    screen.table.selectRow(0)

    screen.look_button.click()
    dialog = dialog_of(screen, LookInsideDialog, qtbot)

    assert "will not be in the restored data" in dialog.message.text()
    assert [row[0] for row in texts(dialog.patients)] == [study.patients()[0].patient.subject_id]
    assert [row[4] for row in texts(dialog.missing)] == ["Register patient"]
    assert not dialog.restore.isVisible()  # not a nurse's
    assert faults(dialog) == []
    dialog.leave.click()
    assert study.act_count() == before + 1
    assert dialog._inside is None


def test_a_backup_of_before_a_change_of_key_asks_for_the_password_of_then(study, target, show, qtbot, faults):
    study.note_backup(study.back_up(target))
    study.sign_in("admin", PASSWORD)
    study.rotate_key(reason="Somebody left")
    screen = shown(study, show)
    screen.table.selectRow(0)

    screen.look_button.click()
    dialog = dialog_of(screen, WayInDialog, qtbot)
    assert faults(dialog) == []
    dialog.rows.password.line.setText("not the password")
    dialog.act.click()
    qtbot.waitUntil(lambda: dialog.form.problem("password") != "", timeout=LONG_MS)
    assert dialog.form.problem("password") == "The user and the password do not match."

    dialog.rows.password.line.setText(PASSWORD)
    dialog.act.click()
    inside = dialog_of(screen, LookInsideDialog, qtbot)
    assert inside.restore.isVisible()
    inside.leave.click()


def administrator_with_backup(study, make, target, clock, show, qtbot):
    make.patient("H1")
    study.note_backup(study.back_up(target))
    clock.forward(hours=2)
    make.patient("H2", given_name="敏", latin_given="Min")
    study.sign_in("admin", PASSWORD)
    screen = shown(study, show)
    screen.table.selectRow(0)
    screen.restore_button.click()
    return screen, dialog_of(screen, RestoreDialog, qtbot)


def fill(dialog, **changes):
    dialog.typed.setText(changes.get("typed", "02-Mar-2026"))
    dialog.reason.setText(changes.get("reason", "The disk was changed"))
    dialog.rows.password.line.setText(changes.get("password", PASSWORD))


def test_a_restore_says_what_would_be_missing_and_asks_for_the_typed_date(
    study, make, target, clock, show, qtbot, faults
):
    _screen, dialog = administrator_with_backup(study, make, target, clock, show, qtbot)
    acts = study.act_count()
    assert "will not be in the restored data" in dialog.effect.text()
    assert "Register patient" in [row[4] for row in texts(dialog.missing)]
    assert faults(dialog) == []

    fill(dialog, typed="03-Mar-2026")
    dialog.act.click()
    assert dialog.form.problem("typed") == "Type the date of the backup as shown: 02-Mar-2026"
    fill(dialog, reason=" ")
    dialog.act.click()
    assert dialog.form.problem("reason") == "Give the reason."
    fill(dialog, password="something else")
    dialog.act.click()
    qtbot.waitUntil(lambda: dialog.form.problem("password") != "", timeout=LONG_MS)

    assert dialog.isVisible()
    assert study.act_count() == acts
    assert not list(study.path.parent.glob("*.restore"))
    assert faults(dialog) == []


def test_a_restore_puts_the_backup_in_place_and_says_where_the_copy_of_before_lies(
    study, make, target, clock, show, qtbot
):
    screen, dialog = administrator_with_backup(study, make, target, clock, show, qtbot)
    fill(dialog)

    with qtbot.waitSignal(screen.site_left, timeout=LONG_MS) as left:
        dialog.act.click()

    said = left.args[0]
    assert said.done
    assert said.what.startswith("Restored from ")
    assert "acts made since are missing." in said.why
    (copy,) = study.path.parent.glob("site-before-restore-*.lndesk-backup")
    assert str(copy) in said.why
    again = type(study).open(study.path, login="admin", password=PASSWORD, clock=clock, cost=QUICK)
    assert [row.patient.hospital_no for row in again.patients()] == ["H1"]
    assert again.restores()[0].reason == "The disk was changed"
    again.close()


def test_a_restore_that_fails_says_that_nothing_was_changed(study, make, target, clock, show, qtbot):
    screen, dialog = administrator_with_backup(study, make, target, clock, show, qtbot)
    file = screen.file_of(study.backups()[0])
    content = bytearray(file.read_bytes())
    content[len(content) // 2] ^= 1
    file.write_bytes(content)
    fill(dialog)

    dialog.act.click()
    qtbot.waitUntil(lambda: dialog.message.kind == "stop" and dialog.message.text() != "", timeout=LONG_MS)

    assert dialog.message.text().endswith("Nothing was changed: the record is as it was.")
    assert len(study.patients()) == 2
    assert not list(study.path.parent.glob("*.restore"))


def test_a_restore_that_is_cancelled_leaves_the_record_and_nothing_else(study, make, target, clock, show, qtbot):
    _screen, dialog = administrator_with_backup(study, make, target, clock, show, qtbot)
    fill(dialog)
    before = sorted(file.name for file in study.path.parent.iterdir())

    dialog.act.click()
    dialog.bar.cancel_button.click()
    qtbot.waitUntil(lambda: not dialog.bar.running, timeout=LONG_MS)

    assert "Stopped." in dialog.message.text()
    assert len(study.patients()) == 2
    assert sorted(file.name for file in study.path.parent.iterdir()) == before


@pytest.mark.usefixtures("target")
def test_only_an_administrator_sees_restore(screen):
    assert not screen.restore_button.isVisible()
    assert screen.look_button.isVisible()


@pytest.mark.usefixtures("target")
def test_a_rehearsal_with_ones_own_password_tries_the_keys_and_is_on_record(screen, study, qtbot, faults):
    back_up(screen, qtbot)
    screen.table.selectRow(0)
    screen.rehearse_button.click()
    dialog = dialog_of(screen, RehearseDialog, qtbot)
    assert faults(dialog) == []
    dialog.password.line.setText("not the password")
    dialog.act.click()
    qtbot.waitUntil(lambda: dialog.form.problem("password") != "", timeout=LONG_MS)
    assert study.rehearsals() == []

    dialog.password.line.setText(PASSWORD)
    dialog.act.click()
    qtbot.waitUntil(lambda: not dialog.isVisible(), timeout=LONG_MS)

    assert "gives everything back." in screen.message.text()
    assert study.rehearsals()[0].opened_by == "password"


@pytest.mark.usefixtures("target")
def test_an_overdue_rehearsal_is_said(screen, qtbot, clock):
    back_up(screen, qtbot)
    assert "rehears" not in screen.media.hint.text()

    clock.forward(days=40)
    screen.refresh()

    assert "No restore was ever rehearsed; one a month is due." in screen.media.hint.text()


def test_the_day_closes_with_the_count_and_a_reason_for_no_backup(screen, study, make, qtbot, faults, tmp_path):
    make.lot(count=3)
    make.treated()
    screen.close_day()
    dialog = dialog_of(screen, CloseDayDialog, qtbot)
    assert "the visit of today is not recorded" in dialog.items.text()
    dialog.counted.setText("2")
    assert dialog.difference.text().startswith("1 container fewer than on record.")
    assert faults(dialog) == []
    dialog.act.click()
    assert dialog.form.problem("why_no_backup") == "Say why there is no verified backup, or back up now."

    dialog.why.setText("The stick is at home")
    dialog.act.click()
    closed = dialog_of(screen, DayClosedDialog, qtbot)

    (row,) = study.day_closes()
    assert (row.containers_expected, row.containers_counted, row.why_no_backup) == (3, 2, "The stick is at home")
    assert faults(closed) == []
    closed.save_receipt(tmp_path / "day.pdf")
    assert (tmp_path / "day.pdf").read_bytes().startswith(b"%PDF")
    closed.leave.click()


@pytest.mark.usefixtures("target")
def test_the_day_can_be_backed_up_while_it_is_closed(screen, study, qtbot):
    screen.close_day()
    dialog = dialog_of(screen, CloseDayDialog, qtbot)

    dialog.back_up_button.click()
    qtbot.waitUntil(lambda: not dialog.bar.running, timeout=LONG_MS)

    assert dialog.backup.text() == "Made at 09:00, verified"
    assert not dialog.why.isVisible()
    dialog.act.click()
    assert study.day_closes()[0].backup_id == study.backups()[0].id
    dialog_of(screen, DayClosedDialog, qtbot).leave.click()


def test_an_open_day_keeps_nobody(screen, study, qtbot):
    screen.close_day()
    dialog = dialog_of(screen, CloseDayDialog, qtbot)

    dialog.leave.click()

    assert not dialog.isVisible()
    assert study.day_closes() == []


def test_the_file_is_verified_with_a_sentence(screen, qtbot, study):
    verified(screen, qtbot)

    acts = study.verify().acts
    assert screen.verification.result.kind == "done"
    assert f"Chain verified to act {acts} at 09:00." in screen.verification.result.text()
    assert not screen.verification.problems.isVisible()


def test_damage_is_named_row_by_row(screen, qtbot, study, make):
    make.weight(make.patient())
    study._db.conn.execute("drop trigger weight_update_act")
    study._db.conn.execute("update weight set kg = '26.4'")
    study._db.conn.commit()

    verified(screen, qtbot)

    assert screen.verification.result.kind == "stop"
    assert "weight, row 1: kg is not what the acts recorded." in screen.verification.problems.toPlainText()


@pytest.mark.usefixtures("target")
def test_the_receipt_is_saved_where_one_says(screen, qtbot, tmp_path):
    back_up(screen, qtbot)
    assert not screen.receipt_button.isEnabled()
    screen.table.selectRow(0)

    with qtbot.waitSignal(screen.said):
        screen.save_receipt(tmp_path / "receipt.pdf")
    assert (tmp_path / "receipt.pdf").read_bytes().startswith(b"%PDF")

    screen.save_receipt(tmp_path / "gone" / "receipt.pdf")
    assert "cannot be written" in screen.message.text()


def test_a_monitor_makes_no_backup(study, show):
    study.sign_in("monitor", PASSWORD)
    screen = BackupScreen(study, print)
    screen.refresh()
    show(screen)

    assert screen.primary is None


def test_work_that_is_told_a_thousand_times_shows_where_it_stands(show, qtbot):
    bar = show(WorkBar())
    seen = []

    def work(watch):
        for done in range(1000):
            watch.tell("copying", done, 1000)
        while not seen:
            time.sleep(0.01)
        return "made"

    bar.say_about("x")
    came = []
    bar.start(work, on_done=came.append, on_failed=came.append)
    qtbot.waitUntil(lambda: bar.text() == "Copying" and bar.bar.value() == 999, timeout=LONG_MS)
    seen.append(1)
    qtbot.waitUntil(lambda: not bar.running, timeout=LONG_MS)

    assert came == ["made"]
    assert not bar.isVisible()


@pytest.mark.parametrize(
    ("size", "said"), [(0, "0 B"), (1000, "1,000 B"), (331266, "324 KB"), (5 << 20, "5 MB"), (79 << 30, "79 GB")]
)
def test_sizes_are_said_in_the_unit_that_suits_them(size, said):
    assert size_words(size).replace("\N{NO-BREAK SPACE}", " ") == said


def test_the_screen_speaks_chinese(study, show, faults):
    set_language("zh_CN")
    screen = shown(study, show)

    assert faults(screen) == []
