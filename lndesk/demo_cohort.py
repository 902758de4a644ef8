"""The made-up patients of the demonstration site."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Member:
    """One made-up patient: who, and where in the course, in days before today (of infusion 1, or of the enrolment)."""

    family: str
    given: str
    latin: str
    sex: str
    born_on: dt.date
    hospital_no: str
    kg: str
    arm: str
    first_days_ago: int
    """Negative when it is still to come."""
    months_before: int = 0
    """Whole months before `first_days_ago`, so that a later infusion falls on that day."""
    not_given: int = 0
    """The number of an infusion that was not given."""
    stopped_before: int = 0
    """The number of an infusion that is overdue: nothing was done about it yet."""


def _member(line: str, *, ago: int, months_before: int = 0, not_given: int = 0, stopped_before: int = 0) -> Member:
    family, given, latin, sex, born, hospital_no, kg, arm = line.split()
    return Member(
        family=family,
        given=given,
        latin=latin,
        sex="female" if sex == "F" else "male",
        born_on=dt.date.fromisoformat(born),
        hospital_no=hospital_no,
        kg=kg,
        arm=arm,
        first_days_ago=ago,
        months_before=months_before,
        not_given=not_given,
        stopped_before=stopped_before,
    )


COHORT = (
    _member("张 伟 Zhang,Wei M 1984-03-22 H00471002 71.5 treatment", ago=236),
    _member("孙 丽 Sun,Li F 1991-11-05 H00479922 54.8 treatment", ago=172),
    _member("周 婷 Zhou,Ting F 1996-01-30 H00480115 49.6 treatment", ago=121),
    _member("王 小明 Wang,Xiaoming F 1989-07-14 H00482217 62.4 treatment", ago=0, months_before=2),
    _member("赵 敏华 Zhao,Minhua F 1978-09-02 H00483051 58.2 treatment", ago=0, months_before=1),
    _member("王 晓明 Wang,Xiaoming M 1993-12-19 H00484408 68.0 treatment", ago=0),
    _member("李 建国 Li,Jianguo M 1971-05-08 H00471180 77.3 treatment", ago=5, months_before=2, stopped_before=3),
    _member("刘 洋 Liu,Yang M 2001-08-27 H00483310 66.1 treatment", ago=10, months_before=1),
    _member("杨 雪 Yang,Xue F 1999-04-11 H00485523 51.0 treatment", ago=8),
    _member("黄 志强 Huang,Zhiqiang M 1980-10-16 H00485790 82.7 treatment", ago=12, months_before=1, not_given=2),
    _member("吴 静怡 Wu,Jingyi F 1994-06-03 H00486634 56.9 treatment", ago=-6),
    _member("徐 磊 Xu,Lei M 1987-02-14 H00472256 73.8 control", ago=190),
    _member("朱 琳 Zhu,Lin F 1990-12-01 H00474410 55.5 control", ago=101),
    _member("马 超 Ma,Chao M 1976-07-19 H00481947 80.2 control", ago=60),
    _member("胡 蓉 Hu,Rong F 1998-03-09 H00484862 47.9 control", ago=0, months_before=1),
    _member("郭 峰 Guo,Feng M 1985-11-23 H00486021 69.4 control", ago=9),
)
"""Eleven treated and five control patients (registry entry, line 46)."""
SCREENED = (
    _member("高 翔 Gao,Xiang M 1992-05-17 H00487102 70.2 -", ago=2),
    _member("林 悦 Lin,Yue F 1997-09-23 H00487315 53.4 -", ago=3),
    _member("何 军 He,Jun M 1969-02-28 H00485077 74.9 -", ago=40),
)
"""Without an arm: one whose screening is open, one who waits for the investigator, one who failed and comes again."""
