"""A web archive (MHTML, often named .xls or .mht): its pages, each read as HTML. The pages of an Excel workbook saved so are
its sheets."""

from __future__ import annotations

import email
import email.policy
import re

from jjj_pipeline.errors import BadInput
from jjj_pipeline.ingest.formats import html, text
from jjj_pipeline.ingest.formats.sheets import Sheet

_HEADER = re.compile(
    rb"^\s*(?:From|Subject|Date|X-[\w-]+|MIME-Version|Content-Type|Snapshot-Content-Location)\s*:", re.I
)


def looks_like(data: bytes) -> bool:
    """Whether the bytes begin with the headers of a message of several parts."""
    head = data[:4000]
    return bool(_HEADER.match(head)) and b"mime-version" in head.lower() and b"multipart/" in head.lower()


def read(data: bytes, name: str) -> list[Sheet]:
    """The tables of every page that holds one. Raises BadInput."""
    sheets: list[Sheet] = []
    pages = 0
    try:
        message = email.message_from_bytes(data.lstrip(), policy=email.policy.compat32)
        parts = list(message.walk())
    except RecursionError:
        raise BadInput(name, expected="a web archive of pages", found="parts inside parts without end") from None
    for part in parts:
        content = part.get_payload(decode=True)
        if part.get_content_type() != "text/html" or not isinstance(content, bytes) or not content.strip():
            continue
        pages += 1
        page = text.decode(content, name)
        if html.has_table(page):
            sheets += html.read(page, name)
    if not pages:
        raise BadInput(
            name,
            expected="a page in the web archive (MHTML)",
            found="none",
            hint="open it in Excel and save it as .xlsx",
        )
    return sheets
