"""Keep the Chinese catalogue complete: extract, merge FILE..., check, compile."""

from __future__ import annotations

import argparse
import ast
import string
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

from babel.messages.catalog import Catalog, Message
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, unescape, write_po

ROOT = Path(__file__).resolve().parent.parent
SOURCES = ("lndesk", "ui", "main.py")
PO = ROOT / "resources" / "locale" / "zh_CN" / "LC_MESSAGES" / "lndesk.po"
# How many of a call's leading arguments are messages.
KEYWORDS = {"_": 1, "N_": 1, "Sentence": 1, "ngettext": 2}
# Written by hand: Babel's own header carries dates that would change with every run.
HEADER = r"""msgid ""
msgstr ""
"Language: zh_CN\n"
"Content-Type: text/plain; charset=utf-8\n"
"Content-Transfer-Encoding: 8bit\n"
"Plural-Forms: nplurals=1; plural=0;\n"

"""

Msgid = str | tuple[str, ...]


def main() -> int:
    """Do what the command line asks for, and return its exit code."""
    parser = argparse.ArgumentParser(description=__doc__)
    commands = parser.add_subparsers(dest="command", required=True)
    commands.add_parser("extract", help="add the code's new messages and drop the ones it no longer has")
    merge_parser = commands.add_parser("merge", help="take the Chinese from files of English line, Chinese line, blank")
    merge_parser.add_argument("files", nargs="+", type=Path)
    commands.add_parser("check", help="name each message without a sound translation; exit 1 if there is one")
    commands.add_parser("compile", help="write the .mo file that the program reads")
    asked = parser.parse_args()
    match asked.command:
        case "extract":
            extract()
        case "merge":
            return merge(asked.files)
        case "check":
            return check()
        case "compile":
            compile_catalogue()
    return 0


def extract() -> None:
    """Bring the catalogue's messages in line with the code's, keeping every translation."""
    save(updated(load()))


def merge(files: list[Path]) -> int:
    """Put the translations of the files in the catalogue, and name those that the code does not use."""
    catalogue = updated(load())
    used = {text: msgid for msgid in messages_in_code() for text in _texts(msgid)}
    unused: list[str] = []
    for file in files:
        for english, chinese in blocks(file):
            msgid = used.get(english)
            known = catalogue.get(_key(msgid)) if msgid else None
            if msgid and known:
                known.string = _as_string(msgid, chinese)
            else:
                unused.append(f"{file.name}: the code does not say {english!r}")
    save(catalogue)
    _report(unused)
    return 0


def check() -> int:
    """Name each message of the code that has no sound translation."""
    catalogue = load()
    problems = [f"{place}: an f-string cannot be translated" for place in f_strings_in_code()]
    for msgid, place in messages_in_code().items():
        fault = _fault(msgid, catalogue.get(_key(msgid)))
        if fault:
            problems.append(f"{place}: {fault}: {_key(msgid)!r}")
    _report(problems)
    return 1 if problems else 0


def compile_catalogue() -> None:
    """Write the file that gettext reads."""
    with PO.with_suffix(".mo").open("wb") as file:
        write_mo(file, load())


def load() -> Catalog:
    """Read the catalogue; without a file it is empty."""
    if not PO.exists():
        return Catalog(locale="zh_CN")
    with PO.open("rb") as file:
        return read_po(file, locale="zh_CN")


def save(catalogue: Catalog) -> None:
    """Write the catalogue so that the same messages give the same bytes."""
    PO.parent.mkdir(parents=True, exist_ok=True)
    with PO.open("wb") as file:
        file.write(HEADER.encode())
        write_po(file, catalogue, width=0, no_location=True, omit_header=True, sort_output=True, ignore_obsolete=True)


def updated(old: Catalog) -> Catalog:
    """Return a catalogue of the code's messages with the old translations."""
    fresh = Catalog(locale="zh_CN")
    for msgid in messages_in_code():
        known = old.get(_key(msgid))
        flags = known.flags & {"fuzzy"} if known else ()
        fresh.add(msgid, _as_string(msgid, _chinese(known)), flags=flags)
    return fresh


def messages_in_code() -> dict[Msgid, str]:
    """Return each message of the code with the first place that says it."""
    found: dict[Msgid, str] = {}
    for file, call, count in calls():
        place = f"{file.relative_to(ROOT)}:{call.lineno}"
        arguments = [_literals(argument) for argument in call.args[:count]]
        if count == 1:
            for message in arguments[0]:
                found.setdefault(message, place)
        elif len(arguments) == count and all(arguments):
            found.setdefault(tuple(texts[0] for texts in arguments), place)
    return found


def f_strings_in_code() -> list[str]:
    """Return each place where a message is an f-string."""
    return [
        f"{file.relative_to(ROOT)}:{call.lineno}"
        for file, call, count in calls()
        if any(isinstance(argument, ast.JoinedStr) for argument in call.args[:count])
    ]


def calls() -> Iterator[tuple[Path, ast.Call, int]]:
    """Find each call that takes messages, and how many it takes."""
    for source in SOURCES:
        path = ROOT / source
        for file in sorted(path.rglob("*.py")) if path.is_dir() else [path]:
            # Babel's own reader would miss calls within calls and, on Python 3.11, within f-strings.
            for node in ast.walk(ast.parse(file.read_bytes(), str(file))):
                if isinstance(node, ast.Call) and node.args and _name(node.func) in KEYWORDS:
                    yield file, node, KEYWORDS[_name(node.func)]


def blocks(file: Path) -> Iterator[tuple[str, str]]:
    """Read pairs of an English line and a Chinese line; the words msgid and msgstr before them may be left out."""
    for block in file.read_text(encoding="utf-8").replace("\r\n", "\n").split("\n\n"):
        lines = [
            _text(line) for line in block.splitlines() if line.strip() and not line.startswith(("#", "msgid_plural"))
        ]
        if len(lines) == 2:  # noqa: PLR2004  # a pair
            yield lines[0], lines[1]
        elif lines:
            sys.exit(f"{file}: a block is one English line and one Chinese line, and this is not: {lines}")


def _text(line: str) -> str:
    keyword, _, rest = line.partition(" ")
    text = rest.strip() if keyword in {"msgid", "msgstr", "msgstr[0]"} else line.strip()
    if text.startswith('"') and text.endswith('"') and text != line.strip():
        return unescape(text)
    return text.replace("\\n", "\n")


def _literals(argument: ast.expr) -> list[str]:
    match argument:
        case ast.Constant(value=str(text)):
            return [text]
        case ast.IfExp(body=body, orelse=orelse):
            return _literals(body) + _literals(orelse)
    return []


def _name(function: ast.expr) -> str:
    match function:
        case ast.Name(id=name) | ast.Attribute(attr=name):
            return name
    return ""


def _texts(msgid: str | Sequence[str]) -> Sequence[str]:
    return (msgid,) if isinstance(msgid, str) else msgid


def _key(msgid: str | Sequence[str]) -> str:
    return _texts(msgid)[0]


def _chinese(known: Message | None) -> str:
    return _key(known.string) if known and known.string else ""


def _as_string(msgid: Msgid, chinese: str) -> Msgid:
    return chinese if isinstance(msgid, str) else (chinese,)


def _fault(msgid: Msgid, known: Message | None) -> str:
    text = _chinese(known)
    if known is None or not text:
        return "no Chinese"
    if known.fuzzy:
        return "the Chinese is marked fuzzy"
    try:
        wanted, given = _places(_texts(msgid)[-1]), _places(text)
    except ValueError as error:
        return f"braces ({error})"
    return "" if wanted == given else f"the Chinese has the places {sorted(given)} instead of {sorted(wanted)}"


def _places(text: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(text) if name is not None}


def _report(lines: list[str]) -> None:
    for line in sorted(lines):
        print(line, file=sys.stderr)


if __name__ == "__main__":
    sys.exit(main())
