"""Any file to a grid: encodings, formats, merges, literals, and the files that are refused before they cost anything."""

from __future__ import annotations

import io
import time
import tracemalloc
import zipfile
from pathlib import Path

import pytest

from jjj_pipeline.errors import BadInput
from jjj_pipeline.ingest.formats import calamine, open_file
from jjj_pipeline.ingest.formats.number_format import decimals_shown
from jjj_pipeline.ingest.formats.sheets import Book, Sheet, address, literal
from tests.support import wild_files

LINES = "数据库：分省年度数据\n地区,2023年\n北京市,43760.7\n"
GRID = [["数据库：分省年度数据", ""], ["地区", "2023年"], ["北京市", "43760.7"]]


def only(data: bytes, name: str = "file") -> Sheet:
    (found,) = open_file.parse(data, name).sheets
    return found


def refusal(data: bytes, name: str = "file.xls") -> str:
    with pytest.raises(BadInput) as error:
        open_file.parse(data, name)
    assert "\n" not in str(error.value)
    return str(error.value)


# ---- text


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16", "utf-16-le", "utf-16-be"])
def test_every_encoding_gives_the_same_grid(encoding: str) -> None:
    text = LINES if encoding != "utf-16-le" else LINES + "a,b\n" * 40  # without a mark only ASCII tells
    found = only(text.encode(encoding))
    assert found.cells[:3] == GRID


def test_gb18030_with_carriage_returns_tabs_and_a_rare_character() -> None:
    found = only("地区\t2023年\r\n㐀北\t1\r\n".encode("gb18030"))
    assert found.cells == [["地区", "2023年"], ["㐀北", "1"]]


def test_two_encodings_in_one_file_are_refused_with_the_place() -> None:
    data = LINES.encode("utf-8") + b"\xff\xff\xff"
    assert refusal(data, "two.csv") == (
        "two.csv, cell A4: expected UTF-8 or GB18030; found byte 0xff at offset 64 - two encodings in one file, or a "
        "damaged byte: export it again"
    )


def test_printed_text_is_kept_as_it_stands() -> None:
    found = only(b'a,2233.59\nb, 2233.590 \nc,"4,512.30"\nd,007\n')
    assert [row[1] for row in found.cells] == ["2233.59", "2233.590", "4,512.30", "007"]


# ---- numbers


@pytest.mark.parametrize(
    ("stored", "printed"),
    [
        (133219067.10000002, "133219067.1"), (2233.59, "2233.59"), (2233.0, "2233"), (0.1 + 0.2, "0.3"), (1e-7, "0.0000001"),
        (1.5e16, "15000000000000000"), (-0.0, "0"), (12, "12"), (6.301539564001795, "6.30153956400179"),
        (68978499.190063, "68978499.190063"), (True, "TRUE"), (None, ""), (" 北 京", " 北 京"),
    ],
)  # fmt: skip
def test_a_stored_number_has_fifteen_digits_and_no_exponent(stored: object, printed: str) -> None:
    assert literal(stored) == printed


@pytest.mark.parametrize("make", [wild_files.xls, wild_files.xlsx])
def test_a_workbook_gives_literals_and_keeps_its_formats(make: object) -> None:
    assert callable(make)
    found = only(make({"表": [["北京", 133219067.10000002, 2233.59], ["天津", "2233.590", 7.0]]}, number_format="0.00"))
    assert found.name == "表"
    assert found.cells == [["北京", "133219067.1", "2233.59"], ["天津", "2233.590", "7"]]
    assert found.formats[0, 1] == "0.00"
    assert decimals_shown(found.formats[0, 1]) == 2


@pytest.mark.parametrize(
    ("shown", "decimals"),
    [("0", 0), ("0.00", 2), ("#,##0.0", 1), ("0.00_ ", 2), ("0_);[Red]\\(0\\)", 0), ("General", None), ("0.00E+00", None),
     ("yyyy-mm-dd", None), ("0%", 0), ("0.00%", 2), ("0.00,", 2), ("0.0E+00", None)],
)  # fmt: skip
def test_decimals_of_a_number_format(shown: str, decimals: int | None) -> None:
    assert decimals_shown(shown) == decimals


def test_addresses() -> None:
    assert [address(0, 0), address(6, 1), address(9, 25), address(9, 26), address(0, 701), address(0, 702)] == [
        "A1", "B7", "Z10", "AA10", "ZZ1", "AAA1",
    ]  # fmt: skip


# ---- formats, whatever the name


@pytest.mark.parametrize(
    ("family", "kind"),
    [("nbs_gb18030.csv", "csv"), ("yearbook.xls", "xls"), ("protected.xls", "xls"), ("yearbook.xlsx", "xlsx"),
     ("yearbook.ods", "ods"), ("page.xls", "html"), ("bulletin.html", "html")],
)  # fmt: skip
@pytest.mark.parametrize("name", ["x.csv", "x.xls", "x.bin"])
def test_content_decides_what_a_file_is(family: str, kind: str, name: str) -> None:
    assert open_file.parse(wild_files.FAMILIES[family](), name).kind == kind


@pytest.mark.parametrize("family", ["yearbook.xls", "yearbook.xlsx", "yearbook.ods"])
def test_three_workbook_formats_give_one_grid(family: str) -> None:
    found = only(wild_files.FAMILIES[family]())
    assert found.text(0, 0) == "1-7  各地区研究与试验发展(R&D)经费内部支出(2019年)"
    assert [row[:4] for row in found.cells[4:6]] == [
        ["地    区", "Region", "R&D经费", ""],
        ["", "", "内部支出", "基础研究"],
    ]
    assert found.row(9) == ["全    国", "National Total", "3100.6", "310.4", "620.2", "2170"]


def test_a_protected_workbook_opens_with_the_built_in_key() -> None:
    book = open_file.parse(wild_files.yearbook_protected_xls(), "protected.xls")
    assert [(s.name, s.hidden) for s in book.sheets] == [("1", False), ("CNKI", True)]
    assert book.sheets[0].row(6) == ["全    国", "National Total", "3100.6", "310.4", "620.2", "2170.0"]
    assert book.sheets[0].text(5, 0) == "地 区"  # merged downwards
    assert book.sheets[0].merged[5, 0] == (4, 0)


def encrypted_xlsx(key: str) -> bytes:
    from msoffcrypto.format.ooxml import OOXMLFile

    out = io.BytesIO()
    OOXMLFile(io.BytesIO(wild_files.yearbook_xlsx())).encrypt(key, out)
    return out.getvalue()


def test_a_protected_xlsx_opens_with_the_built_in_key() -> None:
    assert only(encrypted_xlsx("VelvetSweatshop")).row(9)[2] == "3100.6"


def test_a_password_of_its_own_is_refused() -> None:
    assert "one with a password of its own" in refusal(encrypted_xlsx("secret"))
    assert "one with a password of its own" in refusal(wild_files.yearbook_protected_xls(key="secret"))


def test_merged_cells_repeat_their_first_cell() -> None:
    found = only(wild_files.xlsx({"s": [["甲", "", "乙"], ["", "", "丙"]]}, merges=["A1:B2"]))
    assert found.cells == [["甲", "甲", "乙"], ["甲", "甲", "丙"]]
    assert found.merged == {(0, 1): (0, 0), (1, 0): (0, 0), (1, 1): (0, 0)}


def test_html_spans_lines_and_entities() -> None:
    page = (
        "<html><body><p>表 1</p><table><tr><td rowspan=2>地&nbsp;区</td><td colspan='2'>R&amp;D<br>经费</td></tr>"
        "<tr><td>甲</td><td><p>乙</p><p>丙</p></td></tr><tr><td>北京</td><td> 1 </td><td>2</td></table><p>注：脚注</p></body>"
    )
    found = only(page.encode("gb18030"), "page.xls")
    assert found.cells == [["地 区", "R&D\n经费", "R&D\n经费"], ["地 区", "甲", "乙\n丙"], ["北京", "1", "2"]]
    assert found.above == ("表 1",)
    assert found.below == ("注：脚注",)
    assert found.merged == {(1, 0): (0, 0), (0, 2): (0, 1)}


def test_formulas_and_error_values_are_seen() -> None:
    import openpyxl

    book = openpyxl.Workbook()
    book.active.append(["北京", "=SUM(1,2)", 3])
    book.active.append(["天津", "#N/A", 4])
    out = io.BytesIO()
    book.save(out)
    found = only(out.getvalue())
    assert found.formulas == frozenset({(0, 1)})
    assert found.text(1, 1) == "#N/A"


# ---- refused early


def test_empty_files_are_refused() -> None:
    for data in (b"", b"  \r\n \t"):
        assert refusal(data, "e.csv") == "e.csv: expected a table; found an empty file - fetch it again"
    assert "sheets without text" in refusal(wild_files.xlsx({"s": []}))
    assert "sheets without text" in refusal(wild_files.xls({"s": []}))


@pytest.mark.parametrize(
    ("data", "what"),
    [(b"%PDF-1.7", "a PDF"), (b"\x89PNG\r\n", "a picture"), (b"Rar!\x1a", "a RAR archive"),
     (b'<?xml version="1.0"?><Workbook/>', "an XML file")],
)  # fmt: skip
def test_other_files_are_named(data: bytes, what: str) -> None:
    message = refusal(data)
    assert "expected an .xlsx, .xls, .ods, CSV or HTML table" in message
    assert what in message


@pytest.mark.parametrize("family", ["yearbook.xls", "protected.xls", "yearbook.xlsx", "yearbook.ods", "page.xls"])
@pytest.mark.parametrize("share", [0.2, 0.5, 0.9])
def test_cut_files_are_refused(family: str, share: float) -> None:
    data = wild_files.FAMILIES[family]()
    message = refusal(data[: int(len(data) * share)], family)
    assert any(word in message for word in ("cut", "damaged", "fetch it again")), message


def bomb(part: str, size: int) -> bytes:
    """A workbook one part of which unfolds to `size` bytes."""
    source, out = zipfile.ZipFile(io.BytesIO(wild_files.yearbook_xlsx())), io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as target:
        for info in source.infolist():
            with target.open(info.filename, "w", force_zip64=True) as stream:
                stream.write(source.read(info))
                for _ in range(size // 2**20 if info.filename == part else 0):
                    stream.write(b" " * 2**20)
    return out.getvalue()


def test_a_zip_bomb_is_refused_without_being_unfolded() -> None:
    data = bomb("xl/worksheets/sheet1.xml", 400 * 2**20)
    assert len(data) < 2**20
    tracemalloc.start()
    began = time.perf_counter()
    message = refusal(data, "bomb.xlsx")
    spent, peak = time.perf_counter() - began, tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert "expected a workbook of at most 150 MB unpacked; found 400 MB" in message
    assert spent < 2
    assert peak < 20 * 2**20


def test_a_workbook_packed_in_a_way_nobody_knows_is_not_called_damaged() -> None:
    data = bytearray(bomb("xl/worksheets/sheet1.xml", 50))
    local, central = data.find(b"PK\x03\x04"), data.find(b"PK\x01\x02")
    data[local + 8] = data[central + 10] = 97  # the method, as the ZIP format numbers it: WavPack
    message = refusal(bytes(data), "packed.xlsx")
    assert "packed in another way" in message and "save it again as .xlsx" in message


def test_a_bomb_that_lies_about_its_size_is_refused() -> None:
    data = bytearray(bomb("xl/worksheets/sheet1.xml", 200 * 2**20))
    with zipfile.ZipFile(io.BytesIO(bytes(data))) as archive:
        true = next(i.file_size for i in archive.infolist() if i.filename == "xl/worksheets/sheet1.xml")
    at = data.index(true.to_bytes(4, "little"), archive.start_dir)
    data[at : at + 4] = (1000).to_bytes(4, "little")
    tracemalloc.start()
    message = refusal(bytes(data), "liar.xlsx")
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert "damaged or cut archive" in message
    assert peak < 50 * 2**20


def test_a_sheet_of_200_mb_is_refused_unread(tmp_path: Path) -> None:
    big = tmp_path / "big.csv"
    with big.open("wb") as stream:
        stream.truncate(200 * 2**20)
    with pytest.raises(BadInput, match=r"big\.csv: expected a file of at most 50 MB; found 200 MB"):
        open_file.read_bytes(big)
    assert "a text or page of at most 16 MB" in refusal(b"1,2\n" * (5 * 2**20), "long.csv")


def test_a_cell_far_from_the_table_is_refused() -> None:
    import openpyxl

    book = openpyxl.Workbook()
    book.active["XFD1048576"] = 1
    out = io.BytesIO()
    book.save(out)
    assert "found 1048576 rows of 16384 columns - delete stray cells far from the table" in refusal(out.getvalue())


def test_a_part_with_entities_is_refused() -> None:
    source, out = zipfile.ZipFile(io.BytesIO(wild_files.yearbook_ods())), io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as target:
        for info in source.infolist():
            part = source.read(info)
            if info.filename == "content.xml":
                head, tail = part.split(b"?>", 1)
                part = head + b'?><!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/hostname">]>' + tail
                part = part.replace(b"Beijing", b"&e;")
            target.writestr(info, part)
    assert "expected XML without a document type" in refusal(out.getvalue())


@pytest.mark.parametrize("junk", [b"<!--", b"<script>", b"<style>", b"<td>", b"<div>"])
def test_a_page_of_openings_costs_no_time(junk: bytes) -> None:
    began = time.perf_counter()
    refusal(b"<html>" + junk * 100_000, "page.html")
    assert time.perf_counter() - began < 5


@pytest.mark.parametrize("place", [(0, 0), (3, 0), (5, 3), (12, 0), (12, 2)])
@pytest.mark.parametrize("junk", [" ", "(", "2019 ", "0", "统计", "R&D"])
def test_an_endless_text_costs_no_time_and_is_no_figure(junk: str, place: tuple[int, int]) -> None:
    rows = wild_files.yearbook_rows()
    rows[place[0]][place[1]] = f"{(junk * 9000)[:30_000]}1"
    found = only(wild_files.xls({"s": rows}))
    assert len(found.text(*place)) <= 5001
    assert found.text(*place).endswith("…") or found.text(*place) == "1"


def test_a_folder_or_a_missing_file_is_refused(tmp_path: Path) -> None:
    for path in (tmp_path, tmp_path / "none.csv"):
        with pytest.raises(BadInput, match=r"expected a (regular )?file"):
            open_file.read_bytes(path)


# ---- the cost


def test_fifty_sheets_are_loaded_once(monkeypatch: pytest.MonkeyPatch) -> None:
    times: list[int] = []
    load = calamine._load

    def counted(data: bytes, name: str) -> list[object]:
        times.append(len(data))
        return load(data, name)

    monkeypatch.setattr(calamine, "_load", counted)
    rows = [["北京", 1.0], ["天津", 2.0]]
    book: Book = open_file.parse(wild_files.xlsx({f"S{n}": rows for n in range(50)}), "fifty.xlsx")
    assert [s.name for s in book.sheets] == [f"S{n}" for n in range(50)]
    assert len(times) == 1
