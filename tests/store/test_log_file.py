from lndesk.store.log_file import pages_in_log
from tests.conftest import rewrite


def test_pages_that_were_saved_and_not_moved_into_the_file_stand_in_the_log(study, make):
    db = study._db
    db.conn.execute("pragma wal_checkpoint(truncate)")
    assert pages_in_log(study.path) == frozenset()

    make.patient()

    pages = db.conn.execute("pragma page_count").fetchone()[0]
    assert pages_in_log(study.path)
    assert pages_in_log(study.path) <= set(range(1, pages + 1))


def test_frames_from_before_the_log_began_anew_do_not_count(study, make):
    make.patient()
    before = pages_in_log(study.path)
    study._db.conn.execute("pragma wal_checkpoint(restart)")

    rewrite(study, "update site set keep_weekly_days = keep_weekly_days")

    assert 0 < len(pages_in_log(study.path)) < len(before)
