"""What each role finds in the window: typed from the table of roles in the design (1.3)."""

import pytest
from PySide6.QtWidgets import QAbstractButton

from lndesk.domain.account import Role
from ui.main_window import SCREENS, MainWindow
from ui.navigation import Place

PASSWORD = "a sentence to test with"
ALL = ["today", "patients", "calendar", "dose", "infusions", "product", "backup", "audit", "settings"]
LOGINS = {
    Role.NURSE: "chenjing", Role.INVESTIGATOR: "zhaomin", Role.TECHNICIAN: "lina", Role.MONITOR: "monitor",
    Role.ADMINISTRATOR: "admin",
}  # fmt: skip
HIDDEN = {
    Role.NURSE: {"product"},
    Role.INVESTIGATOR: set(),
    Role.TECHNICIAN: set(),
    Role.MONITOR: {"dose", "backup"},
    Role.ADMINISTRATOR: {"dose", "infusions", "product"},
}
BUTTONS = {
    "Register patient": ("patients", {Role.NURSE, Role.INVESTIGATOR}),
    "Receive lot": ("product", {Role.TECHNICIAN}),
    "Back up now": ("backup", {Role.NURSE, Role.INVESTIGATOR, Role.TECHNICIAN, Role.ADMINISTRATOR}),
    "New recovery code": ("settings", {Role.ADMINISTRATOR}),
    "New key for the file": ("settings", {Role.ADMINISTRATOR}),
    "End account": ("settings", {Role.ADMINISTRATOR}),
    "Reset password": ("settings", {Role.ADMINISTRATOR}),
    "Change role": ("settings", {Role.ADMINISTRATOR}),
}


@pytest.fixture(autouse=True)
def home(tmp_path, monkeypatch):
    monkeypatch.setenv("LNDESK_HOME", str(tmp_path / "home"))


@pytest.fixture
def window_of(study, show):
    opened = []

    def made(role):
        study.sign_in(LOGINS[role], PASSWORD)
        window = show(MainWindow(study))
        window.start()
        opened.append(window)
        return window

    yield made
    for window in opened:
        window.close()


def reachable(window, name):
    """Tell whether a button stands on a page or tab that the role can come to, whether or not it can be pressed now."""
    tabs = getattr(window.current, "tabs", None)
    pages = [window.current] if tabs is None else [tabs.widget(n) for n in range(tabs.count()) if tabs.isTabVisible(n)]
    return any(
        button.isVisibleTo(page)
        for page in pages
        for button in page.findChildren(QAbstractButton)
        if name in {button.text(), button.accessibleName()}
    )


@pytest.mark.parametrize("role", Role)
def test_the_rail_has_what_the_role_does(window_of, role):
    window = window_of(role)

    assert [entry.key for entry in SCREENS] == ALL
    assert set(ALL) - set(window.rail.buttons) == HIDDEN[role]


@pytest.mark.parametrize("role", Role)
def test_no_key_leads_past_the_rail(window_of, role):
    window = window_of(role)

    for key in ALL:
        window.go(Place(destination="today"))
        window.go(Place(destination=key))
        shown = next(entry.key for entry in SCREENS if entry.screen == type(window.current).__name__)
        assert shown == ("today" if key in HIDDEN[role] else key)


@pytest.mark.parametrize("role", Role)
def test_the_buttons_are_those_of_the_role(window_of, role, make):
    make.patient()
    window = window_of(role)
    found = set()
    for name, (page, _roles) in BUTTONS.items():
        if page not in HIDDEN[role]:
            window.go(Place(destination=page))
            if reachable(window, name):
                found.add(name)

    assert found == {name for name, (_page, roles) in BUTTONS.items() if role in roles}


@pytest.mark.parametrize("role", Role)
def test_users_are_the_administrators_alone(window_of, role):
    window = window_of(role)
    window.go(Place(destination="settings"))
    tabs = window.current.tabs
    shown = [tabs.tabText(n) for n in range(tabs.count()) if tabs.isTabVisible(n)]

    assert shown == ["Display", "Site", "Trial rules"] + (["Users", "Backups"] if role is Role.ADMINISTRATOR else [])


@pytest.mark.parametrize("role", [Role.MONITOR, Role.ADMINISTRATOR])
def test_a_scanned_sheet_opens_nothing_for_who_has_no_part_in_it(window_of, study, make, role):
    patient_id = make.treated()
    make.weight(patient_id)
    number = study.issue_sheet(make.checked(make.prepared(patient_id, make.lot()[:1])))
    window = window_of(role)

    window.take_scan(f"not a sheet {number}")

    assert window.strip.texts()
