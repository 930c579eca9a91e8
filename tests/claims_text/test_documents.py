"""Files as people have them: a text, or one line that says what is wrong."""

from __future__ import annotations

import io
import re
import shlex
import subprocess
import sys
import zipfile
from collections.abc import Callable
from pathlib import Path

import docx
import pytest
import yaml
from docx.oxml import parse_xml

from jjj_pipeline.claims.text import document_formats, result
from jjj_pipeline.claims.text.document_tables import table_lines
from jjj_pipeline.claims.text.documents import LARGEST, Document, document_of, open_document
from jjj_pipeline.claims.text.names import Names
from jjj_pipeline.errors import BadInput
from jjj_pipeline.settings import PACKAGE
from tests.conftest import ROOT

SENTENCE = "2022年,京津冀研发经费投入4260.9亿元,比上年增长7.9%,占全国的13.8%。"
_W = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'


def notes(document: Document) -> list[str]:
    return [note.text("en") for note in document.notes]


def saved(document: docx.document.Document) -> bytes:
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "gbk", "utf-16", "utf-16-le"])
def test_simplified_text_in_any_encoding(encoding: str) -> None:
    assert document_of(SENTENCE.encode(encoding), "a.txt").text == SENTENCE


def test_an_encoding_that_had_to_be_guessed_is_told() -> None:
    assert notes(document_of(SENTENCE.encode("gb18030"), "a.txt")) == ["read as gb18030"]
    assert notes(document_of(SENTENCE.encode("utf-8"), "a.txt")) == []


def test_traditional_text_in_big5() -> None:
    text = "2022年,京津冀研發經費投入4260.9億元,比上年增長7.9%,佔全國的13.8%,其中北京與天津的經費合計佔八成。"
    assert document_of(text.encode("big5"), "a.txt").text == text


@pytest.mark.parametrize(
    ("data", "name", "found"),
    [
        (b"", "a.txt", "an empty file"),
        (b" \n ", "a.txt", "an empty file"),
        (b"PK\x03\x04 and nothing of it", "a.docx", "a damaged one"),
        (b"no archive", "a.docx", "other bytes"),
        (b"%PDF-1.7 nothing", "a.pdf", "cannot be read"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600, "a.doc", "an old Word file"),
        (bytes(range(256)) * 40, "a.txt", ""),
        (b"<html><body><script>1</script></body></html>", "a.html", "nothing to read"),
    ],
)
def test_what_cannot_be_read_is_one_line(data: bytes, name: str, found: str) -> None:
    with pytest.raises(BadInput) as refused:
        document_of(data, name)
    assert found in str(refused.value)
    assert "\n" not in str(refused.value)


def test_every_refusal_of_a_text_has_its_chinese() -> None:
    """Each expectation, finding and hint that the code of documents writes; {} stands for what is filled in."""
    code = "".join(p.read_text(encoding="utf-8") for p in sorted((PACKAGE / "claims" / "text").glob("document*.py")))
    words = yaml.safe_load((PACKAGE / "cli" / "chinese.yml").read_text(encoding="utf-8"))
    for kind, name in (("expected", "expected"), ("found", "found"), ("hints", "hint")):
        texts = re.findall(rf'{name}=f?"([^"]+)"', code)
        assert len(texts) > 5
        templates = [re.sub(r"\{[^}]*\}", "{}", text) for text in texts]
        plain = [t for text in templates for t in (text.split("; ") if kind == "hints" else [text])]
        assert [t for t in plain if t not in words[kind] and t.strip("{} MB.")] == []


def test_more_figures_than_can_be_judged_while_somebody_waits_are_refused(
    names: Names, monkeypatch: pytest.MonkeyPatch
) -> None:
    text = "2022年,三地R&D经费分别为2843.3亿元、568.7亿元和848.9亿元。"
    monkeypatch.setattr(result, "FIGURES", 3)
    assert len([r for r in result.read(Document("a.txt", text), names) if r.kind]) == 3
    with pytest.raises(BadInput, match=r"^a\.txt: expected at most 3 figures; found 4 - save it in parts"):
        result.read(Document("a.txt", f"{text}其中北京占66.7%。"), names)


def test_a_pdf_without_text_is_a_scan() -> None:
    import pypdf

    writer, out = pypdf.PdfWriter(), io.BytesIO()
    writer.add_blank_page(200, 200)
    writer.write(out)
    with pytest.raises(BadInput, match="OCR"):
        document_of(out.getvalue(), "scan.pdf")


def test_an_archive_that_is_no_document() -> None:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("a.txt", "x")
    with pytest.raises(BadInput, match="damaged"):
        document_of(out.getvalue(), "a.docx")


def test_a_document_packed_by_an_unknown_method_is_not_called_damaged() -> None:
    """Compression method 99 in both headers of the part: zipfile knows the archive and not the method."""
    import docx

    document, out = docx.Document(), io.BytesIO()
    document.add_paragraph("x")
    document.save(out)
    packed = bytearray(out.getvalue())
    for signature, offset in ((b"PK\x03\x04", 8), (b"PK\x01\x02", 10)):
        at = packed.find(signature)
        while at >= 0:
            packed[at + offset : at + offset + 2] = (99).to_bytes(2, "little")
            at = packed.find(signature, at + 4)
    with pytest.raises(BadInput, match="compression method that is not read"):
        document_of(bytes(packed), "a.docx")


def test_a_file_too_large_and_a_folder(tmp_path: Path) -> None:
    large = tmp_path / "a.txt"
    with large.open("wb") as file:
        file.truncate(LARGEST + 1)
    for path in (large, tmp_path, tmp_path / "none.txt"):
        with pytest.raises(BadInput):
            open_document(path)


def ten_megabytes(kind: str) -> bytes:
    """One sentence over and over: 10 MB, but for Word, where 0.1 MB unpack to as much text."""
    if kind == "txt":
        return f"{SENTENCE}\n".encode() * 120_000
    if kind == "html":
        return b"<html><body>" + f"<p>{SENTENCE}</p>".encode() * 110_000 + b"</body></html>"
    document, out = docx.Document(), io.BytesIO()
    document.add_paragraph("x")
    source = zipfile.ZipFile(io.BytesIO(saved(document)))
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as target:
        for part in source.namelist():
            text = source.read(part)
            if part == "word/document.xml":
                more = f"<w:p><w:r><w:t>{SENTENCE.replace('&', '&amp;')}</w:t></w:r></w:p>".encode() * 100_000
                text = text.replace(b"<w:sectPr", more + b"<w:sectPr", 1)
            target.writestr(part, text)
    return out.getvalue()


# a small process of its own starts the command: the peak of a child counts what its parent had when it was started
MEASURED = """
import resource, subprocess, sys
done = subprocess.run(sys.argv[1:], stdout=subprocess.DEVNULL)
used = resource.getrusage(resource.RUSAGE_CHILDREN)
print(used.ru_utime + used.ru_stime, used.ru_maxrss / 1024)
sys.exit(done.returncode)
"""


@pytest.mark.parametrize("kind", ["txt", "html", "docx"])
def test_ten_megabytes_are_refused_in_one_line_in_bounded_time_and_memory(
    kind: str, tmp_path: Path, record_property: Callable[[str, object], None]
) -> None:
    path = tmp_path / f"long text.{kind}"
    path.write_bytes(ten_megabytes(kind))
    measured = subprocess.run(
        [sys.executable, "-c", MEASURED, sys.executable, "-m", "jjj_pipeline", "check", str(path)],
        cwd=ROOT,
        capture_output=True,
        text=True,
    )
    output = measured.stderr
    spent, memory = map(float, measured.stdout.split())
    record_property(f"10 MB of .{kind}", f"refused in {spent:.1f} s of processor time, {memory:.0f} MB")
    assert (measured.returncode, output.count("\n")) == (2, 1), output
    assert "at most 1,000,000 characters" in output
    assert spent < 5
    assert memory < 500


def test_the_parts_of_a_long_text_that_the_refusal_proposes_are_read(tmp_path: Path) -> None:
    """The command is taken from the message; no sentence is cut and none is lost."""
    path = tmp_path / "long text.txt"
    path.write_bytes(ten_megabytes("txt"))
    with pytest.raises(BadInput) as refused:
        open_document(path)
    command = str(refused.value).partition("check each: ")[2]
    subprocess.run(shlex.split(command), cwd=tmp_path, check=True)
    parts = sorted(tmp_path.glob("part-*.txt"))
    read = [open_document(part).text for part in parts]
    assert len(parts) == 11
    assert "".join(read) == f"{SENTENCE}\n" * 120_000


def test_a_page_laid_out_by_tables_keeps_its_text() -> None:
    """A table around other tables is layout; the inner one is read with its headings."""
    inner = "<table><tr><th>地区</th><th>2022年R&amp;D经费(亿元)</th></tr><tr><td>北京</td><td>2843.3</td></tr></table>"
    page = f"<table><tr><td>{SENTENCE.replace('&', '&amp;')}<br>完{inner}</td></tr></table>"
    assert document_of(page.encode(), "a.html").text.split("\n")[:3] == [SENTENCE, "完", "北京2022年R&D经费2843.3亿元"]


def test_word_with_tracked_changes_reads_as_accepted() -> None:
    document = docx.Document()
    document.add_paragraph("2022年,京津冀R&D经费")
    paragraph = document.paragraphs[0]._p
    paragraph.append(parse_xml(f'<w:del {_W} w:id="1" w:author="a"><w:r><w:delText>4269.0</w:delText></w:r></w:del>'))
    paragraph.append(parse_xml(f'<w:ins {_W} w:id="2" w:author="a"><w:r><w:t>4260.9</w:t></w:r></w:ins>'))
    paragraph.append(parse_xml(f"<w:r {_W}><w:t>亿元。</w:t></w:r>"))
    read = document_of(saved(document), "a.docx")
    assert read.text == "2022年,京津冀R&D经费4260.9亿元。\n"
    assert notes(read) == ["tracked changes are read as accepted"]


def test_a_plain_table_in_word_is_read_with_its_headings_and_another_is_named() -> None:
    document = docx.Document()
    document.add_paragraph("表1 R&D经费(单位:亿元)")
    table = document.add_table(rows=3, cols=3)
    for cell, text in zip(
        (c for row in table.rows for c in row.cells),
        ["地区", "2021", "2022", "北京", "2629.3", "2843.3", "天津", "574.3", "568.7"],
        strict=True,
    ):
        cell.text = text
    joined = document.add_table(rows=2, cols=2)
    joined.cell(0, 0).merge(joined.cell(0, 1)).text = "1"
    read = document_of(saved(document), "a.docx")
    assert "北京2021年表1 R&D经费2629.3亿元;北京2022年表1 R&D经费2843.3亿元" in read.text
    assert notes(read) == ["table 2 is not read: it has joined cells"]


def test_headings_with_units() -> None:
    lines, why = table_lines(
        [["地区", "2022年R&D经费(亿元)", "投入强度(%)"], ["北京", "2843.3", "6.83"], ["河北", "848.9", "2.00"]]
    )
    assert (lines, why) == (
        ["北京2022年R&D经费2843.3亿元;北京投入强度6.83%", "河北2022年R&D经费848.9亿元;河北投入强度2.00%"],
        None,
    )


@pytest.mark.parametrize(
    "rows", [[["a", "b"], ["1"]], [["", "1"], ["2", "3"]], [["地区", "数", "数"], ["北京", "1", "2"]]]
)
def test_a_table_that_is_not_plain_says_why(rows: list[list[str]]) -> None:
    lines, why = table_lines(rows)
    assert lines == [] and why


def test_lines_that_a_page_breaks_in_a_sentence_are_joined_and_headings_stay_apart() -> None:
    page = (
        "一、投入\n2019年北京研究与试验发展经费支出\n为2233.6亿元。\n2020年北京研究与试验发展经费支出\n为2326.6亿元。\n"
    )
    assert document_formats._rejoined(page).strip().splitlines() == [
        "一、投入",
        "2019年北京研究与试验发展经费支出为2233.6亿元。",
        "2020年北京研究与试验发展经费支出为2326.6亿元。",
    ]


def test_html_is_read_without_scripts_and_styles() -> None:
    html = f"<html><head><style>p{{width:90%}}</style></head><body><p>{SENTENCE}</p><script>var a = 12.5;</script><p>完</p></body></html>"
    assert document_of(html.encode(), "a.html").text.split() == [SENTENCE.replace("&", "&"), "完"]


def test_markdown_keeps_its_text() -> None:
    assert document_of(f"# 标题\n\n{SENTENCE}\n".encode(), "a.md").text == f"# 标题\n\n{SENTENCE}\n"
