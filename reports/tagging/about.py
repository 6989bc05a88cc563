"""What the file says about itself, once for readers and once for archives: both must say the same."""

import functools
from dataclasses import dataclass
from datetime import date
from xml.sax.saxutils import escape

from PIL import ImageCms

from reports.tagging.file import packed
from reports.tagging.structure import text

AUTHOR = PRODUCER = "Lässpår"
MADE = slice(24, 36)  # of a colour profile: when it was made, which would be another moment every time
THEN = bytes.fromhex("07d0 0001 0001 0000 0000 0000")  # 2000-01-01

XMP = """<?xpacket begin="\ufeff" id="W5M0MpCehiHzreSzNTczkc9d"?>
<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">
<rdf:Description rdf:about="" xmlns:dc="http://purl.org/dc/elements/1.1/"
 xmlns:pdf="http://ns.adobe.com/pdf/1.3/" xmlns:xmp="http://ns.adobe.com/xap/1.0/"
 xmlns:pdfaid="http://www.aiim.org/pdfa/ns/id/" xmlns:pdfuaid="http://www.aiim.org/pdfua/ns/id/">
<dc:title><rdf:Alt><rdf:li xml:lang="x-default">{title}</rdf:li></rdf:Alt></dc:title>
<dc:creator><rdf:Seq><rdf:li>{author}</rdf:li></rdf:Seq></dc:creator>
<dc:language><rdf:Bag>{languages}</rdf:Bag></dc:language>
<pdf:Producer>{producer}</pdf:Producer>{dates}
<pdfaid:part>2</pdfaid:part><pdfaid:conformance>A</pdfaid:conformance><pdfuaid:part>1</pdfuaid:part>
</rdf:Description>
<rdf:Description rdf:about="" xmlns:pdfaExtension="http://www.aiim.org/pdfa/ns/extension/"
 xmlns:pdfaSchema="http://www.aiim.org/pdfa/ns/schema#"
 xmlns:pdfaProperty="http://www.aiim.org/pdfa/ns/property#">
<pdfaExtension:schemas><rdf:Bag><rdf:li rdf:parseType="Resource">
<pdfaSchema:schema>PDF/UA identification schema</pdfaSchema:schema>
<pdfaSchema:namespaceURI>http://www.aiim.org/pdfua/ns/id/</pdfaSchema:namespaceURI>
<pdfaSchema:prefix>pdfuaid</pdfaSchema:prefix>
<pdfaSchema:property><rdf:Seq><rdf:li rdf:parseType="Resource">
<pdfaProperty:name>part</pdfaProperty:name><pdfaProperty:valueType>Integer</pdfaProperty:valueType>
<pdfaProperty:category>internal</pdfaProperty:category>
<pdfaProperty:description>The part of ISO 14289 that the file keeps to</pdfaProperty:description>
</rdf:li></rdf:Seq></pdfaSchema:property></rdf:li></rdf:Bag></pdfaExtension:schemas>
</rdf:Description></rdf:RDF></x:xmpmeta>
<?xpacket end="r"?>"""


@dataclass(frozen=True)
class About:
    """``made_on``: the day the paper is about; without it the file names no day. Never the clock: the same
    figures give the same bytes."""

    title: str
    languages: tuple[str, ...]
    made_on: date | None

    def xmp(self) -> bytes:
        """As XML, for archives."""
        day = f"{self.made_on}T00:00:00Z"
        dates = f"<xmp:CreateDate>{day}</xmp:CreateDate><xmp:ModifyDate>{day}</xmp:ModifyDate>"
        return XMP.format(
            title=escape(self.title),
            author=AUTHOR,
            producer=PRODUCER,
            languages="".join(f"<rdf:li>{language}</rdf:li>" for language in self.languages),
            dates=dates if self.made_on else "",
        ).encode()

    def info(self) -> bytes:
        """As the dictionary that older readers know."""
        day = f"(D:{self.made_on:%Y%m%d}000000Z)" if self.made_on else ""
        dates = f"/CreationDate{day}/ModDate{day}" if day else ""
        named = f"/Title{text(self.title)}/Author{text(AUTHOR)}/Producer{text(PRODUCER)}"
        return f"<<{named}{dates}>>".encode()


@functools.cache
def colours() -> bytes:
    """The profile of sRGB, packed: what our red, green and blue are, on any machine."""
    profile = bytearray(ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes())
    profile[MADE] = THEN
    return packed(bytes(profile))
