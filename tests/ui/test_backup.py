import os

import pytest

from lndesk import settings
from lndesk.i18n import set_language
from ui.screens.backup import BackupScreen, size_words


@pytest.fixture(autouse=True)
def home(tmp_path, monkeypatch):
    monkeypatch.setenv("LNDESK_HOME", str(tmp_path / "home"))


@pytest.fixture
def folder(tmp_path):
    made = tmp_path / "stick"
    made.mkdir()
    return made


@pytest.fixture
def screen(study, show):
    made = BackupScreen(study, print)
    made.resize(1160, 640)
    made.refresh()
    return show(made)


def back_up(screen, qtbot, folder):
    stages = []
    screen.run.stage.connect(stages.append)
    screen.set_folder(str(folder))
    screen.back_up()
    assert not screen.primary.isEnabled()
    qtbot.waitUntil(lambda: not screen.run.running, timeout=20_000)
    return stages


def verified(card, qtbot):
    with qtbot.waitSignal(card.finished, timeout=20_000):
        card.verify_button.click()


def test_until_there_is_one_today_has_no_backup(screen, faults):
    assert screen.message.kind == "warn"
    assert screen.message.text() == "No backup today. There is none at all. Back up before you leave."
    assert faults(screen) == []


def test_a_backup_says_each_stage_and_is_verified_only_at_the_end(screen, study, qtbot, folder, faults):
    stages = back_up(screen, qtbot, folder)

    assert stages == ["copying", "copying", "verifying", "verified"]
    assert screen.pill.text() == "Verified"
    assert screen.message.kind == "done"
    (row,) = study.backups()
    assert str(folder) in row.file
    assert screen.table.rows_model.total == 1
    assert screen.subtitle.text() == "Last backup 02-Mar-2026 09:00, verified"
    assert screen.primary.isEnabled()
    assert faults(screen) == []


def test_the_window_answers_while_the_copy_is_made(screen, qtbot, folder):
    from PySide6.QtCore import QTimer

    ticks = []
    timer = QTimer(interval=5)
    timer.timeout.connect(lambda: ticks.append(1))
    timer.start()

    back_up(screen, qtbot, folder)
    timer.stop()

    assert ticks


def test_the_folder_is_remembered(screen, study, folder):
    screen.set_folder(str(folder))

    assert settings.load().backup_folder == str(folder)
    assert BackupScreen(study, print).folder.text() == str(folder)
    assert screen.room.text().startswith("Present, ")


def test_a_removed_stick_is_failed_by_name(screen, study, qtbot, folder):
    folder.rmdir()

    back_up(screen, qtbot, folder)

    assert screen.pill.text() == "Failed"
    assert screen.message.kind == "stop"
    assert str(folder) in screen.message.text()
    assert screen.room.text() == "The folder is not there now. Plug the medium in, or choose another."
    assert study.backups() == []


def test_a_folder_that_cannot_be_written_to_is_failed_by_name(screen, study, qtbot, folder):
    if os.geteuid() == 0:
        pytest.skip("root writes everywhere")
    folder.chmod(0o500)

    back_up(screen, qtbot, folder)
    folder.chmod(0o700)

    assert "cannot be written to" in screen.message.text()
    assert study.backups() == []


def test_no_folder_is_said_at_once(screen):
    screen.back_up()

    assert screen.message.text() == "No folder is chosen. Choose a folder on another disk or on a USB stick."
    assert not screen.run.running


def test_yesterdays_backup_is_not_todays(screen, qtbot, folder, clock):
    back_up(screen, qtbot, folder)
    clock.forward(days=1)
    screen.message.clear()

    screen.refresh()

    assert "No backup today. The last one is of 02-Mar-2026 09:00." in screen.message.text()


def test_the_file_is_verified_with_a_sentence(screen, qtbot, study):
    verified(screen.verification, qtbot)

    acts = study.verify().acts
    assert screen.verification.result.kind == "done"
    assert f"Chain verified to act {acts} at 09:00." in screen.verification.result.text()
    assert not screen.verification.problems.isVisible()


def test_damage_is_named_row_by_row(screen, qtbot, study, make):
    make.weight(make.patient())
    study._db.conn.execute("drop trigger weight_update_act")
    study._db.conn.execute("update weight set kg = '26.4'")
    study._db.conn.commit()

    verified(screen.verification, qtbot)

    assert screen.verification.result.kind == "stop"
    assert "weight, row 1: kg is not what the acts recorded." in screen.verification.problems.toPlainText()


def test_a_backup_is_verified_again_from_its_medium(screen, study, qtbot, folder):
    back_up(screen, qtbot, folder)
    screen.table.selectRow(0)
    screen.check_button.click()
    qtbot.waitUntil(lambda: "is whole" in screen.message.text(), timeout=20_000)

    file = study.backups()[0].file
    os.truncate(file, 1000)
    screen.check_button.click()
    qtbot.waitUntil(lambda: screen.message.kind == "stop", timeout=20_000)

    assert "is not a whole backup of lndesk" in screen.message.text()


def test_the_receipt_is_saved_where_one_says(screen, qtbot, folder, tmp_path):
    back_up(screen, qtbot, folder)
    assert not screen.receipt_button.isEnabled()
    screen.table.selectRow(0)

    with qtbot.waitSignal(screen.said):
        screen.save_receipt(tmp_path / "receipt.pdf")
    assert (tmp_path / "receipt.pdf").read_bytes().startswith(b"%PDF")

    screen.save_receipt(tmp_path / "gone" / "receipt.pdf")
    assert "cannot be written" in screen.message.text()


def test_a_monitor_makes_no_backup(study, show):
    study.sign_in("monitor", "a sentence to test with")
    screen = BackupScreen(study, print)
    screen.refresh()
    show(screen)

    assert screen.primary is None


@pytest.mark.parametrize(
    ("size", "said"), [(0, "0 B"), (1000, "1,000 B"), (331266, "324 KB"), (5 << 20, "5 MB"), (79 << 30, "79 GB")]
)
def test_sizes_are_said_in_the_unit_that_suits_them(size, said):
    assert size_words(size).replace("\N{NO-BREAK SPACE}", " ") == said


def test_the_screen_speaks_chinese(study, show, faults):
    set_language("zh_CN")
    screen = BackupScreen(study, print)
    screen.resize(1160, 640)
    screen.refresh()
    show(screen)

    assert faults(screen) == []
