"""Make the two bundled fonts from the variable font of the PyPI package justmytype-intl-cjk 0.1.0.

Run by hand, outside `.venv`, when the fonts have to be made anew:

    python3 -m venv /tmp/fonts && /tmp/fonts/bin/pip install fonttools==4.68.0
    /tmp/fonts/bin/pip download --no-deps --dest /tmp/fonts justmytype-intl-cjk==0.1.0
    /tmp/fonts/bin/python scripts/make_fonts.py /tmp/fonts/justmytype_intl_cjk-0.1.0-py3-none-any.whl

The same wheel and the same fonttools give the same bytes.
"""

import hashlib
import io
import sys
import zipfile
from pathlib import Path

from fontTools.subset import Options, Subsetter
from fontTools.ttLib import TTFont
from fontTools.varLib.instancer import instantiateVariableFont

WHEEL_SHA256 = "06d9665542bfcad373716bb80583aa2d9bb2086a054fe11f706b9bd41e03f256"
SOURCE = "justmytype_intl_cjk/fonts/ofl/notosanssc/"
WEIGHTS = {"Regular": 400, "Bold": 700}
FEATURES = ["ccmp", "kern", "locl", "mark"]  # there is no "tnum": the digits are of one width anyway
FOLDER = Path(__file__).resolve().parent.parent / "resources" / "fonts"


def static_instance(variable: bytes, weight: int) -> TTFont:
    """Return one weight of the variable font as a font of its own."""
    font = TTFont(io.BytesIO(variable), recalcTimestamp=False)
    # Without new names a PDF would call either weight "NotoSansSC-Thin".
    return instantiateVariableFont(font, {"wght": weight}, inplace=True, updateFontNames=True)


def drop_extras(font: TTFont) -> None:
    """Keep each character, and drop hinting and the layout features that are not used."""
    options = Options(hinting=False, layout_features=FEATURES, name_IDs=["*"], notdef_outline=True)
    subsetter = Subsetter(options)
    subsetter.populate(unicodes=font.getBestCmap())
    subsetter.subset(font)


def main(wheel: Path) -> None:
    """Write both fonts and their licence."""
    if hashlib.sha256(wheel.read_bytes()).hexdigest() != WHEEL_SHA256:
        sys.exit(f"{wheel} is not the wheel that the bundled fonts are made from.")
    with zipfile.ZipFile(wheel) as archive:
        variable = archive.read(f"{SOURCE}NotoSansSC[wght].ttf")
        (FOLDER / "OFL.txt").write_bytes(archive.read(f"{SOURCE}OFL.txt"))
    for style, weight in WEIGHTS.items():
        font = static_instance(variable, weight)
        drop_extras(font)
        font.save(FOLDER / f"NotoSansSC-{style}.ttf")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
