"""Lines that have a backup made every day by the system: for systemd, cron and the Task Scheduler of Windows."""

from __future__ import annotations

import datetime as dt
import shlex
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Literal
from xml.sax.saxutils import escape

from lndesk.settings import resources

System = Literal["systemd", "cron", "task-scheduler"]
SYSTEMS: tuple[System, ...] = ("systemd", "cron", "task-scheduler")


def program() -> list[str]:
    """Return how this program is called from anywhere."""
    beside = Path(sys.executable).with_name("lndesk.exe" if sys.platform == "win32" else "lndesk")
    if beside.is_file():
        return [str(beside)]
    return [sys.executable, str(resources().parent / "main.py")]


def timer(system: System, command: Sequence[str], at: dt.time, store: Path) -> str:
    """Return what is to be installed, with how to install it as a comment."""
    match system:
        case "systemd":
            return _systemd(command, at, store)
        case "cron":
            return _cron(command, at)
        case "task-scheduler":
            return _task(command, at, store)


def _systemd(command: Sequence[str], at: dt.time, store: Path) -> str:
    line = " ".join(_systemd_word(word) for word in command)
    about = store.name.replace("%", "%%")
    return f"""\
# ~/.config/systemd/user/lndesk-backup.service
[Unit]
Description=Verified backup of {about}

[Service]
Type=oneshot
ExecStart={line}

# ~/.config/systemd/user/lndesk-backup.timer
[Unit]
Description=Daily backup of {about}

[Timer]
OnCalendar=*-*-* {at:%H:%M}:00
Persistent=true

[Install]
WantedBy=timers.target

# Then: systemctl --user daemon-reload && systemctl --user enable --now lndesk-backup.timer
# To have it run while nobody is logged in: loginctl enable-linger
# A run that was missed is made up for. What came of the last one: systemctl --user status lndesk-backup.service
"""


def _systemd_word(word: str) -> str:
    plain = word.replace("\\", "\\\\").replace('"', '\\"').replace("%", "%%").replace("$", "$$")
    return f'"{plain}"'


def _cron(command: Sequence[str], at: dt.time) -> str:
    line = shlex.join(command).replace("%", "\\%")
    return f"""\
# crontab -e of the user whom the site's file belongs to. Cron makes up for no missed run: the machine has to be on.
{at.minute} {at.hour} * * * {line}
"""


def _task(command: Sequence[str], at: dt.time, store: Path) -> str:
    program_name, *arguments = command
    return f"""\
<?xml version="1.0"?>
<!-- Save as lndesk-backup.xml, then, as the user whom the site's file belongs to:
     schtasks /Create /TN "lndesk backup" /XML lndesk-backup.xml
     The result of the last run is its exit code in the Task Scheduler. A run that was missed is made up for. -->
<Task version="1.2" xmlns="http://schemas.microsoft.com/windows/2004/02/mit/task">
  <RegistrationInfo><Description>Verified backup of {escape(store.name)}</Description></RegistrationInfo>
  <Triggers>
    <CalendarTrigger>
      <StartBoundary>2026-01-01T{at:%H:%M}:00</StartBoundary>
      <ScheduleByDay><DaysInterval>1</DaysInterval></ScheduleByDay>
    </CalendarTrigger>
  </Triggers>
  <Settings>
    <StartWhenAvailable>true</StartWhenAvailable>
    <DisallowStartIfOnBatteries>false</DisallowStartIfOnBatteries>
    <StopIfGoingOnBatteries>false</StopIfGoingOnBatteries>
    <MultipleInstancesPolicy>IgnoreNew</MultipleInstancesPolicy>
  </Settings>
  <Actions>
    <Exec>
      <Command>{escape(program_name)}</Command>
      <Arguments>{escape(" ".join(_windows_word(word) for word in arguments))}</Arguments>
    </Exec>
  </Actions>
</Task>
"""


def _windows_word(word: str) -> str:
    """Quote a word as Windows programs read it back: a backslash counts only before a quote."""
    quoted, slashes = "", 0
    for letter in word:
        if letter == "\\":
            slashes += 1
            continue
        quoted += "\\" * (2 * slashes + 1 if letter == '"' else slashes) + letter
        slashes = 0
    return '"' + quoted + "\\" * (2 * slashes) + '"'
