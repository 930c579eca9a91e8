"""The files of a record set, and their rows as text: which files there are, in which partitions they are worked, whether they
have the columns the mapping names, and which lines cannot be read. What the columns mean is in `canonical`.

Delimited text and JSON lines are read by DuckDB on both engines, since Spark reads quoting and types otherwise without a word;
for Spark the rows are written as Parquet first. Parquet is read by the engine itself.
"""

from __future__ import annotations

import bz2
import codecs
import csv
import gzip
import hashlib
import json
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from jjj_pipeline.errors import BadInput
from jjj_pipeline.records.mapping import FORMATS, RecordSet
from jjj_pipeline.storage.sql import identifier, literal

if TYPE_CHECKING:
    import ibis.expr.types as ir

    from jjj_pipeline.records.engine import Engine

PART_SIZE = 256 * 2**20  # files of a folder are worked together up to this size
HASHED_WHOLE = 64 * 2**20  # larger files are identified by size, time, beginning and end
BEGINNING = 2**20
EXAMPLES = 5
SUFFIXES = {".csv": "csv", ".txt": "csv", ".tsv": "tsv", ".jsonl": "jsonl", ".ndjson": "jsonl", ".parquet": "parquet"}
COUNTED = "counted"  # the folder beside the files into which results are written
PACKED = {".gz", ".zst"}


@dataclass(frozen=True)
class Partition:
    """Files that are worked together, and what shows whether they have changed."""

    files: tuple[Path, ...]
    fingerprint: str

    @property
    def size(self) -> int:
        return sum(f.stat().st_size for f in self.files)


@dataclass(frozen=True)
class Rejected:
    """Rows of one set that were left out for one reason."""

    file: str
    reason: str
    rows: int
    examples: str


def files_of(name: str, spec: RecordSet, folder: Path) -> list[Path]:
    """The files of a set in order. Raises BadInput where there is none, one is empty, or is of a kind that is not read."""
    found = sorted(
        p for p in folder.glob(spec.files)
        if p.is_file() and not p.name.startswith((".", "_")) and p.suffix not in (".part", ".md", ".yml")
        and COUNTED not in p.relative_to(folder).parts
    )  # fmt: skip
    if not found:
        expected = f"files {spec.files} in {folder.name}/"
        raise BadInput(f"record set {name}", expected=expected, found="none", hint=f"put them into {folder}")
    for path in found:
        if path.stat().st_size == 0:
            hint = "remove it, or bring it again whole"
            raise BadInput(f"record set {name}, {path.name}", expected="rows", found="an empty file", hint=hint)
    return found


def format_of(name: str, spec: RecordSet, path: Path) -> str:
    """csv, tsv, jsonl or parquet: as the mapping says, else by the file's name. Raises BadInput."""
    if spec.format:
        return spec.format
    plain = path.with_suffix("") if path.suffix in PACKED else path
    if plain.suffix.lower() not in SUFFIXES:
        expected = f"a file of {', '.join(FORMATS)}, also .gz and .zst"
        raise BadInput(f"record set {name}, {path.name}", expected=expected, found=path.suffix or "no suffix")
    return SUFFIXES[plain.suffix.lower()]


def partitions(name: str, spec: RecordSet, folder: Path) -> list[Partition]:
    """The files of a set in groups of one folder and at most PART_SIZE. Raises BadInput."""
    groups: list[list[Path]] = []
    size = 0
    for path in files_of(name, spec, folder):
        size += path.stat().st_size
        if not groups or size > PART_SIZE or groups[-1][0].parent != path.parent:
            groups.append([])
            size = path.stat().st_size
        groups[-1].append(path)
    return [Partition(tuple(g), _fingerprint(g, folder)) for g in groups]


def _fingerprint(files: Sequence[Path], folder: Path) -> str:
    total = hashlib.sha256()
    for path in files:
        total.update(f"{path.relative_to(folder)} {content(path)}\n".encode())
    return total.hexdigest()[:16]


def content(path: Path) -> str:
    """What shows whether a file has changed: the hash of its bytes; of a large file its size, time, beginning and end."""
    size = path.stat().st_size
    with path.open("rb") as f:
        if size <= HASHED_WHOLE:
            return hashlib.sha256(f.read()).hexdigest()
        ends = f.read(BEGINNING)
        f.seek(-BEGINNING, 2)
        ends += f.read(BEGINNING)
    return f"{size} {path.stat().st_mtime_ns} {hashlib.sha256(ends).hexdigest()}"


def check_columns(name: str, spec: RecordSet, path: Path) -> list[str]:
    """The columns of a file in order. Raises BadInput where one that the mapping names is missing, or the text is not in the
    encoding that it says."""
    kind = format_of(name, spec, path)
    found = _parquet_columns(name, path) if kind == "parquet" else _text_columns(name, spec, path, kind)
    if missing := [c for c in spec.columns if c not in found]:
        hint = f"change the mapping of {name} in records.yml"
        if sign := _sign_in_header(found, spec.columns):
            hint = f"say `separator: {json.dumps(sign)}` in the mapping of {name} in records.yml"
        raise BadInput(
            f"record set {name}, {path.name}", expected=f"the column {missing[0]}", found=", ".join(found), hint=hint
        )
    return found


def _sign_in_header(found: list[str], wanted: list[str]) -> str:
    """The sign at which a header that is one cell falls into the columns that are needed; "" where there is none."""
    if len(found) != 1:
        return ""
    return next((s for s in "\t;|," if set(wanted) <= {c.strip() for c in found[0].split(s)}), "")


def _parquet_columns(name: str, path: Path) -> list[str]:
    import pyarrow.parquet as parquet

    try:
        return list(parquet.read_schema(path).names)
    except (OSError, ValueError) as error:
        raise BadInput(f"record set {name}, {path.name}", expected="Parquet", found=str(error)) from None


def _text_columns(name: str, spec: RecordSet, path: Path, kind: str) -> list[str]:
    where = f"record set {name}, {path.name}"
    lines = _first_lines(where, spec, path)
    if kind == "jsonl":
        try:
            rows = [json.loads(line) for line in lines if line.strip()]
            return list(dict.fromkeys(key for row in rows for key in row))
        except (ValueError, TypeError) as error:
            raise BadInput(where, expected="one JSON object a line", found=str(error)) from None
    header = next(csv.reader(lines, delimiter=_separator(spec, kind)), [])
    return [c.strip() for c in header]


def _first_lines(where: str, spec: RecordSet, path: Path) -> list[str]:
    data = _beginning(where, path)
    whole = data[: data.rfind(b"\n") + 1] or data
    try:
        text = whole.decode("utf-8-sig" if spec.encoding == "utf-8" else spec.encoding)
    except UnicodeDecodeError as error:
        line = whole[: error.start].count(b"\n") + 1
        if (
            line > 1 and spec.encoding == "utf-8"
        ):  # single lines are rejected while reading; here the whole file is meant
            return whole[: whole.find(b"\n")].decode("utf-8-sig", "replace").splitlines()
        hint = "say `encoding: gb18030` in the mapping" if spec.encoding == "utf-8" else "say `encoding: utf-8`"
        raise BadInput(f"{where}, line {line}", expected=spec.encoding, found="other bytes", hint=hint) from None
    return text.splitlines()[:1000]


def _beginning(where: str, path: Path) -> bytes:
    try:
        if path.suffix == ".gz":
            with gzip.open(path) as f:
                return f.read(BEGINNING)
        if path.suffix == ".bz2":
            with bz2.open(path) as f:
                return f.read(BEGINNING)
        if path.suffix == ".zst":
            import pyarrow as pa

            with pa.input_stream(str(path), compression="zstd") as stream:
                return bytes(stream.read(BEGINNING))
        with path.open("rb") as f:
            return f.read(BEGINNING)
    except FileNotFoundError:
        raise BadInput(where, expected="a file that can be read to its end", found="it is gone") from None
    except (OSError, EOFError) as error:
        raise BadInput(where, expected="a file that can be unpacked", found=str(error)) from None


def _separator(spec: RecordSet, kind: str) -> str:
    return spec.separator or ("\t" if kind == "tsv" else ",")


@dataclass(frozen=True)
class Source:
    """The rows of a partition as text, and `unread()`: the lines that could not be read, known after the rows were read once."""

    table: ir.Table
    unread: Callable[[int], list[Rejected]]


def as_table(name: str, spec: RecordSet, partition: Partition, engine: Engine, limit: int = 0) -> Source:
    """The rows of a partition, all columns the mapping names as text; with `limit` only so many. On DuckDB nothing is read yet.
    Raises BadInput."""
    for path in partition.files:
        check_columns(name, spec, path)
    kinds = {format_of(name, spec, p) for p in partition.files}
    if kinds == {"parquet"}:
        table = engine.read(*partition.files)
        table = table.select(**{c: table[c].cast("string") for c in spec.columns})
        return Source(table.limit(limit) if limit else table, lambda read: [])
    folder = engine.work / "text" / partition.fingerprint
    folder.mkdir(parents=True, exist_ok=True)
    # several files of one head are one scan, so that small files do not cost a scan each
    columns = ", ".join(identifier(c) for c in spec.columns)
    sources = [_source(name, spec, p, format_of(name, spec, p), folder) for p in partition.files]
    query = " union all ".join(f"select {columns} from {s}" for s in sources) + (f" limit {limit}" if limit else "")
    lines = kinds != {"jsonl"}
    if engine.name == "duckdb":
        con = engine.con.con
        con.execute(
            "drop view if exists record_text; drop table if exists reject_errors; drop table if exists reject_scans"
        ).fetchall()
        con.execute(f"create view record_text as {query}").fetchall()
        return Source(engine.con.table("record_text"), lambda read: _unread(name, spec, con, read) if lines else [])
    import duckdb

    con = duckdb.connect()
    out = folder / "rows.parquet"
    with readable(name, partition):
        con.execute(f"copy ({query}) to {literal(out)} (format parquet, compression lz4)").fetchall()
    return Source(engine.read(out), lambda read: _unread(name, spec, con, read) if lines else [])


@contextmanager
def readable(name: str, partition: Partition) -> Iterator[None]:
    """Files that cannot be read to their end are BadInput, a line that names the one it was."""
    import duckdb

    try:
        yield
    except duckdb.Error as error:
        gone = next((p for p in partition.files if not p.exists()), None)
        where = gone or next((p for p in partition.files if p.name in str(error)), None)
        if where is None and not isinstance(
            error, duckdb.IOException | duckdb.InvalidInputException | duckdb.ConversionException
        ):
            raise
        where = where or partition.files[0]
        found = "it is gone" if gone else " ".join(str(error).split())[:300]
        expected = "a file that can be read to its end"
        raise BadInput(f"record set {name}, {where.name}", expected=expected, found=found) from None


def _source(name: str, spec: RecordSet, path: Path, kind: str, folder: Path) -> str:
    if kind == "parquet":
        raise BadInput(
            f"record set {name}, {path.name}", expected="files of one format in a folder", found="Parquet beside text"
        )
    columns = check_columns(name, spec, path)
    typed = "{" + ", ".join(f"{literal(c)}: 'VARCHAR'" for c in columns) + "}"
    if kind == "jsonl":
        return f"read_json({literal(path)}, format = 'newline_delimited', columns = {typed})"
    if spec.encoding != "utf-8":
        path = _in_utf8(path, spec.encoding, folder)
    separator = literal(_separator(spec, kind))
    return (
        f"read_csv({literal(path)}, auto_detect = false, header = true, delim = {separator}, quote = '\"', escape = '\"', "
        f"columns = {typed}, nullstr = '', store_rejects = true, rejects_limit = 1000, max_line_size = 1048576)"
    )


def _in_utf8(path: Path, encoding: str, folder: Path) -> Path:
    """DuckDB reads UTF-8 alone: the text of another encoding, written once more."""
    folder.mkdir(parents=True, exist_ok=True)
    target = folder / (hashlib.sha256(str(path).encode()).hexdigest()[:12] + ".csv")
    with (
        gzip.open(path, "rb") if path.suffix == ".gz" else path.open("rb") as data,
        target.open("w", encoding="utf-8", newline="") as out,
    ):
        decode = codecs.getincrementaldecoder(encoding)(errors="replace").decode
        while block := data.read(BEGINNING):
            out.write(decode(block))
    return target


def _unread(name: str, spec: RecordSet, con: Any, read: int) -> list[Rejected]:
    """Lines that could not be read, by file and reason. Raises BadInput where they are too many: a wrong mapping, no stray
    lines."""
    rejected = list(_rejected(con))
    lost = sum(r.rows for r in rejected)
    swallowing = next((r for r in rejected if "swallows" in r.reason), None)
    if swallowing or lost > spec.rejected_at_most * max(read + lost, 1):
        worst = swallowing or max(rejected, key=lambda r: r.rows)
        expected = (
            "quotes that are closed" if swallowing else f"at most {spec.rejected_at_most:.0%} of the lines unreadable"
        )
        hint = "mend the file, or its separator and encoding in the mapping"
        raise BadInput(
            f"record set {name}, {worst.file}", expected=expected,
            found=f"{lost} of {read + lost} lines: {worst.reason}: {worst.examples}", hint=hint,
        )  # fmt: skip
    return rejected


def _rejected(con: Any) -> Iterator[Rejected]:
    rows = con.execute(
        "with line as ("
        "select scan_id, file_id, line, min(error_type) as why, min(csv_line) as csv_line from reject_errors group by all), "
        "numbered as (select *, row_number() over (partition by scan_id, file_id, why order by line) as n from line) "
        "select s.file_path, why::varchar, count(*), "
        "string_agg('line ' || line || ': ' || left(csv_line, 80), '; ' order by line) "
        f"filter (where n <= {EXAMPLES}), max(csv_line like '%' || chr(10) || '%') "
        "from numbered join reject_scans s using (scan_id, file_id) group by all order by all"
    ).fetchall()
    for path, reason, count, examples, over_lines in rows:
        what = f"{reason.lower()}{', swallows the lines after it' if over_lines else ''}"
        yield Rejected(Path(path).name, what, count, examples or "")
