import pytest

from lndesk.domain.account import Role
from lndesk.domain.errors import NotPermitted, RuleViolation, StoreProblem, WrongPassword
from lndesk.services.command import Changes
from lndesk.services.patients import AssignArm, RegisterPatient
from lndesk.store import keys
from lndesk.store.driver import dbapi2
from lndesk.study import NewSite, Study
from tests.conftest import PASSWORD, QUICK

SITE = NewSite(name="Yan'an Affiliated Hospital", administrator="ADMIN Ann", login="admin")


def create(path, clock, site=SITE, password=PASSWORD):
    return Study.create(path, site, password, clock=clock, cost=QUICK)


def test_a_new_site_has_its_administrator_its_protocol_and_a_recovery_code(tmp_path, clock):
    study, code = create(tmp_path / "deep" / "site.lndesk", clock)

    assert study.who.role is Role.ADMINISTRATOR
    assert [account.login for account in study.accounts()] == ["admin"]
    assert not study.protocol_versions()[0].approved
    assert str(study.site_name()) == "Yan'an Affiliated Hospital"
    assert len(code.replace("-", "")) == 32
    assert study.verify().ok
    study.close()


@pytest.mark.parametrize(
    ("site", "password"),
    [
        (SITE, "too short"),
        (NewSite(name="X", administrator="", login="admin"), PASSWORD),
        (NewSite(name="X", administrator="ADMIN Ann", login="Admin!"), PASSWORD),
        (NewSite(name=" ", administrator="ADMIN Ann", login="admin"), PASSWORD),
        (NewSite(name="X", administrator="ADMIN Ann", login="admin", sheet_language="fr"), PASSWORD),
    ],
)
def test_a_site_that_cannot_be_founded_leaves_no_file(tmp_path, clock, site, password):
    with pytest.raises((RuleViolation, StoreProblem)):
        create(tmp_path / "site.lndesk", clock, site, password)

    assert list(tmp_path.iterdir()) == []


def test_a_site_that_failed_can_be_founded_at_the_second_try(tmp_path, clock):
    with pytest.raises(RuleViolation):
        create(tmp_path / "site.lndesk", clock, NewSite(name=" ", administrator="ADMIN Ann", login="admin"))

    study, _code = create(tmp_path / "site.lndesk", clock)

    assert study.verify().ok
    study.close()


@pytest.mark.parametrize("beside", ["", ".keys"])
def test_no_file_is_ever_overwritten_by_a_new_site(tmp_path, clock, beside):
    path = tmp_path / "site.lndesk"
    path.with_name(path.name + beside).write_bytes(b"precious")

    with pytest.raises(StoreProblem, match="There already is a file"):
        create(path, clock)

    assert path.with_name(path.name + beside).read_bytes() == b"precious"


def test_a_folder_that_cannot_be_is_told_in_a_sentence(tmp_path, clock):
    (tmp_path / "file").write_text("", encoding="utf-8")

    with pytest.raises(StoreProblem, match="cannot be written"):
        create(tmp_path / "file" / "site.lndesk", clock)


def test_an_unknown_user_and_a_wrong_password_are_told_alike(study, clock):
    said = set()
    for login, password in (("chenjing", "not the right one"), ("nobody", PASSWORD), ("*recovery*", PASSWORD)):
        with pytest.raises(WrongPassword) as refusal:
            Study.open(study.path, login=login, password=password, read_only=True, clock=clock, cost=QUICK)
        said.add(str(refusal.value))
        clock.forward(hours=1)

    assert len(said) == 1


def test_a_password_typed_by_another_input_method_still_fits(study):
    study.change_password(old=PASSWORD, new="full width 1234")

    person = study.authenticate("chenjing", "ｆｕｌｌ　ｗｉｄｔｈ　１２３４")

    assert person.login == "chenjing"


def test_keys_of_another_site_do_not_open_this_one(tmp_path, study, clock):
    other, _code = create(tmp_path / "other.lndesk", clock)
    other.close()
    study.close()
    keys.keys_file(study.path).write_bytes(keys.keys_file(other.path).read_bytes())

    with pytest.raises(StoreProblem):
        Study.open(study.path, login="admin", password=PASSWORD, clock=clock, cost=QUICK)


def test_what_a_command_changed_is_told_to_every_listener(study, make):
    heard = []
    study.listeners.append(heard.append)

    make.patient()

    assert heard == [Changes.PATIENTS | Changes.SCREENINGS]


def test_a_refused_command_is_told_to_nobody(study, make):
    heard = []
    study.listeners.append(heard.append)
    make.patient()
    heard.clear()

    with pytest.raises(RuleViolation):
        make.patient()

    assert heard == []


def test_a_role_that_does_not_do_this_is_told_who_does(study):
    with pytest.raises(NotPermitted, match="This is done by: Investigator"):
        study.run(AssignArm(patient_id=1, arm="treatment", reason="x"))


def test_an_act_carries_the_person_it_was_done_by_not_the_one_signed_in(study, make):
    make.patient()
    study.sign_in("admin", PASSWORD)

    make.consented(1)

    assert study.acts(limit=1)[0].name == "CHEN Jing"


def test_what_was_saved_counts_as_saved_although_its_head_could_not_be_kept(study, make):
    study.path.with_name("site.lndesk.head.new").mkdir()

    patient_id = make.patient()

    assert study.patient(patient_id).patient.han_name == "王小明"


def test_something_that_is_gone_is_refused_and_not_a_crash(make):
    with pytest.raises(RuleViolation, match="no longer on record"):
        make.weight(999)


def test_two_windows_see_each_others_work(study, make, clock):
    reader = Study.open(study.path, login="lina", password=PASSWORD, read_only=True, clock=clock, cost=QUICK)
    before = len(reader.patients())

    make.patient()

    assert (before, len(reader.patients())) == (0, 1)
    reader.close()


def test_a_number_is_never_given_again(study, make):
    ids = []
    for n in range(3):
        patient_id = make.patient(f"H{n}")
        ids.append(study.patient(patient_id).patient.subject_id)
    with pytest.raises(RuleViolation, match="belongs to"):
        make.patient("H1")

    patient_id = make.patient("H9")

    assert [subject[:7] for subject in (*ids, study.patient(patient_id).patient.subject_id)] == [
        "LN-0001", "LN-0002", "LN-0003", "LN-0004",
    ]  # fmt: skip


def test_the_file_goes_on_after_the_disk_was_in_the_way(study, make):
    study._db.conn.execute("pragma query_only = on")
    with pytest.raises(StoreProblem, match="read-only") as problem:
        make.patient()
    study._db.conn.execute("pragma query_only = off")

    make.patient()

    assert isinstance(problem.value.__cause__, dbapi2.Error)
    assert study.verify().ok


def test_a_folder_on_a_read_only_disk_is_told_in_a_sentence(study, clock, monkeypatch):
    study.close()
    # what the system says of such a folder; the tests may run as root, whom no permission stops
    monkeypatch.setattr("filelock.FileLock.acquire", _refused)

    with pytest.raises(StoreProblem, match="cannot be written to"):
        Study.open(study.path, login="admin", password=PASSWORD, clock=clock, cost=QUICK)


def _refused(*_arguments, **_named):
    raise OSError(30, "Read-only file system")


def test_registering_twice_by_a_double_click_makes_one_patient(study, make):
    make.patient()

    with pytest.raises(RuleViolation):
        study.run(
            RegisterPatient(
                family_name="王", given_name="小明", latin_family="Wang", latin_given="Xiaoming", sex="female",
                born_on=study.today().replace(year=1990), hospital_no="h 0048 2217",
            ),
            by=make.nurse,
        )  # fmt: skip

    assert len(study.patients()) == 1
