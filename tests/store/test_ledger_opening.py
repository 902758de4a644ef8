"""A file from before there was a ledger gets its opening entries, as an act that the head vouches for."""

import datetime as dt

from lndesk.site_file import open_file
from lndesk.store.acts import Act, seal_act
from lndesk.store.database import connect, rows, value, writing
from lndesk.store.heads import Head, read_head, write_head
from lndesk.store.ledger import balance_of, entries
from lndesk.store.migrations import migrate
from lndesk.store.steps.script import run_script
from lndesk.store.verification import verify
from tests.conftest import START


def fill(db):
    at = "'2026-03-01T01:00:00.000000Z', 480"
    run_script(
        db,
        f"""
        insert into open_act (id, act_id) values (1, 1);
        insert into account (id, login, name, role) values (1, 'chenjing', 'CHEN Jing', 'nurse');
        insert into account (id, login, name, role) values (2, 'lina', 'LI Na', 'technician');
        insert into protocol (id, trial_id, version, content, sha256, added_at, added_at_offset_min)
            values (1, 'T', '1', 'x', 'y', {at});
        insert into patient values (1, 'LN-0001-C', '王', '明', 'Wang', 'Ming', 'female', '1989-07-14', 'H1',
            'none_known', '', {at});
        insert into weight values (1, 1, '62.4', {at}, 'B2', 'CHEN Jing', {at});
        insert into preparation (id, patient_id, infusion_no, weight_id, protocol_id, target_cells, volume_ml, status,
            prepared_by, prepared_by_id, prepared_at, prepared_at_offset_min)
            values (1, 1, 1, 1, 1, '62400000', '13', 'awaiting_check', 'CHEN Jing', 1, {at});
        insert into lot values (1, 'AM-1', 'cryopreserved', '5200000', '92', '100', '2027-01-01', 'C', {at}, {at},
            'ZHAO');
        insert into container values (1, 1, '01', '20', 'quarantine', null);
        insert into container values (2, 1, '02', '20', 'released', null);
        insert into container values (3, 1, '03', '20', 'reserved', 1);
        insert into container values (4, 1, '04', '20', 'used', 1);
        insert into container values (5, 1, '05', '20', 'destroyed', 1);
        insert into draw values (1, 1, 3, '13');
        """,
    )
    seal(db)


def seal(db):
    seal_act(
        db,
        1,
        Act(at=START, login="chenjing", name="CHEN Jing", role="nurse", station="", command="ImportPatients",
            inputs="{}", reason="", app_version="0"),
    )  # fmt: skip


def test_each_container_of_an_older_file_gets_its_opening_entries(tmp_path):
    path, key = tmp_path / "site.lndesk", b"k" * 32
    db = connect(path, key, create=True)
    migrate(db, before="m015_ledger")
    with writing(db):
        fill(db)
    head = rows(db, "select id, hash from act")[-1]
    db.close()
    write_head(path, Head(head["id"], head["hash"]))
    at = START + dt.timedelta(days=1)

    file = open_file(path, key, who="lina", at=at, read_only=False)

    kinds = {n: [entry.kind for entry in entries(file.db, n)] for n in range(1, 6)}
    assert kinds == {
        1: ["receive"], 2: ["receive", "release"], 3: ["receive", "release", "reserve"],
        4: ["receive", "release", "reserve", "infuse"], 5: ["receive", "release", "destroy"],
    }  # fmt: skip
    found = balance_of(file.db, at.date())
    assert str(found.worded) == (
        "Received 5 = in stock 2 + reserved 1 + infused 1 + destroyed 1 + returned 0 + expired 0"
    )
    assert found.balances
    act = rows(file.db, "select * from act order by id desc limit 1")[0]
    assert (act["command"], act["login"], act["name"]) == ("OpenLedger", "lina", "LI Na")
    kept = read_head(path)
    assert (kept.act_id, kept.hash) == (act["id"], act["hash"])
    assert verify(file.db, kept, lambda: read_head(path)).problems == ()
    file.close()

    again = open_file(path, key, who="lina", at=at, read_only=False)
    assert value(again.db, "select count(*) from act") == 2
    again.close()
