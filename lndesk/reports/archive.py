"""A PDF made fit for the archive: colours defined, fonts embedded, title and language said (PDF/A-2, level B)."""

from __future__ import annotations

import io
from functools import cache
from xml.sax.saxutils import escape

from lndesk.settings import resources

PART, LEVEL = "2", "B"
_XMP = """<?xpacket begin="\N{ZERO WIDTH NO-BREAK SPACE}" id="W5M0MpCehiHzreSzNTczkc9d"?>
<x:xmpmeta xmlns:x="adobe:ns:meta/">
<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">
<rdf:Description rdf:about="" xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:pdf="http://ns.adobe.com/pdf/1.3/"
 xmlns:xmp="http://ns.adobe.com/xap/1.0/" xmlns:pdfaid="http://www.aiim.org/pdfa/ns/id/">
<dc:format>application/pdf</dc:format>
<dc:title><rdf:Alt><rdf:li xml:lang="x-default">{title}</rdf:li></rdf:Alt></dc:title>
<dc:language><rdf:Bag><rdf:li>{language}</rdf:li></rdf:Bag></dc:language>
<xmp:CreatorTool>lndesk</xmp:CreatorTool>
<pdfaid:part>{part}</pdfaid:part>
<pdfaid:conformance>{level}</pdfaid:conformance>
</rdf:Description>
</rdf:RDF>
</x:xmpmeta>
<?xpacket end="w"?>"""


def archival(pdf: bytes, *, title: str, language: str) -> bytes:
    """Return a file that says of itself how it is to be shown in thirty years; equal input gives equal bytes."""
    import pikepdf  # heavy: loads a native library

    with pikepdf.open(io.BytesIO(pdf)) as document:
        root = document.Root
        root.Metadata = document.make_stream(
            _XMP.format(title=escape(title), language=language, part=PART, level=LEVEL).encode(),
            Type=pikepdf.Name.Metadata,
            Subtype=pikepdf.Name.XML,
        )
        colours = document.make_stream(_profile(), N=3)
        root.OutputIntents = pikepdf.Array(
            [
                pikepdf.Dictionary(
                    Type=pikepdf.Name.OutputIntent,
                    S=pikepdf.Name.GTS_PDFA1,
                    OutputConditionIdentifier="sRGB",
                    Info="sRGB IEC61966-2.1",
                    DestOutputProfile=colours,
                )
            ]
        )
        root.Lang = language
        root.ViewerPreferences = pikepdf.Dictionary(DisplayDocTitle=True)
        # the dates and tools of this dictionary would have to agree with the metadata; title and creator are there
        document.trailer.Info = document.make_indirect(pikepdf.Dictionary(Title=title, Creator="lndesk"))
        out = io.BytesIO()
        document.save(
            out, deterministic_id=True, fix_metadata_version=False, min_version="1.7",
            object_stream_mode=pikepdf.ObjectStreamMode.disable,
        )  # fmt: skip
    return out.getvalue()


@cache
def _profile() -> bytes:
    return (resources() / "icc" / "sRGB.icc").read_bytes()
