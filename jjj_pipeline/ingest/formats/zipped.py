"""What all zipped workbooks share: the archive is measured and every member checked before anything is understood."""

from __future__ import annotations

import io
import zipfile
import zlib
from typing import Any

from jjj_pipeline.errors import BadInput
from jjj_pipeline.ingest.formats.sheets import MAX_UNPACKED

MAX_MEMBERS = 5000


def brief(error: Exception) -> str:
    """The reason a library gives, without the bytes it quotes."""
    return "".join(c if c.isprintable() else " " for c in str(error))[:80] or type(error).__name__


def members(data: bytes, name: str) -> dict[str, bytes]:
    """Every member of the archive, unpacked and with its checksum verified. Raises BadInput: damaged, cut, protected
    by a password, or unfolding beyond the limit (a bomb), in each case before memory is spent."""
    try:
        archive = zipfile.ZipFile(io.BytesIO(data))
        infos = archive.infolist()
        total = sum(i.file_size for i in infos)
        if total > MAX_UNPACKED or len(infos) > MAX_MEMBERS:
            raise BadInput(
                name,
                expected=f"a workbook of at most {MAX_UNPACKED // 2**20} MB unpacked",
                found=f"{total / 2**20:.0f} MB in {len(infos)} parts from {len(data) / 2**20:.1f} MB",
                hint="keep the sheet with the table and save it alone",
            )
        if any(i.flag_bits & 1 for i in infos):
            raise BadInput(name, expected="a workbook without a password", found="an encrypted archive")
        return {i.filename: _unpacked(archive, i) for i in infos}
    except NotImplementedError as error:  # so zipfile says that it does not know how a part is packed
        raise BadInput(
            name,
            expected="a workbook packed as Excel packs it",
            found=f"an archive packed in another way ({brief(error)})",
            hint="open it and save it again as .xlsx",
        ) from None
    except (zipfile.BadZipFile, zlib.error, EOFError, OSError, RuntimeError, ValueError) as error:
        raise BadInput(
            name,
            expected="a whole workbook",
            found=f"a damaged or cut archive ({brief(error)})",
            hint="fetch it again",
        ) from None


def _unpacked(archive: zipfile.ZipFile, info: zipfile.ZipInfo) -> bytes:
    """A member, unfolded no further than the size it states (`ZipFile.read` unfolds the whole of a part that lies)."""
    with archive.open(info) as part:
        return part.read(info.file_size + 1)


def xml(content: bytes, name: str) -> Any:
    """A small XML part, parsed without entities, network or size tricks. Raises BadInput."""
    from lxml import etree

    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False)
    try:
        root = etree.fromstring(content, parser)
    except etree.XMLSyntaxError as error:
        raise BadInput(name, expected="valid XML inside the workbook", found=brief(error)) from None
    if root.getroottree().docinfo.internalDTD is not None:
        raise BadInput(name, expected="XML without a document type", found="one, as no workbook has")
    return root
