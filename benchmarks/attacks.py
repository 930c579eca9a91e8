"""What somebody with write access to raw/, a file of claims or a query can do: each attack on a copy of a small built project, by
the command people would use; its outcome, seconds of processor time and memory. `python -m benchmarks.attacks [part of a name]`,
or `quick` for those that need no build; exits 1 where one takes more than 5 s or 500 MB beyond the command itself, or ends in a
traceback."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import zipfile
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from tests.conftest import ROOT, SMALL, copy_project

QUICK = "quick"
PATIENCE = 60  # seconds
MEMORY = 3 * 2**30  # bytes
GDP = "raw/nbs/2025-census5/gdp.csv"
BOMB = "a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n" + "".join(
    f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 10)}]\n" for n in range(1, 12)
)
CLAIM = "article: {title: x, source: none}\nclaims:\n- {id: a, place: p, kind: sum, claim: %s, from_printed: {parts: [%s]}}\n"


BUILD = ("build",)
LOOK = ("status",)  # finds the files of raw/ as a build does


@dataclass
class Attack:
    name: str
    make: Callable[[Path], None]  # given the project's folder
    words: tuple[str, ...] = BUILD


def text(name: str, content: str) -> Callable[[Path], None]:
    def make(root: Path) -> None:
        path = root / os.fsdecode(name)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(content, encoding="utf-8")

    return make


def sparse(root: Path) -> None:
    text("raw/nbs/2027/gdp.csv", "")(root)
    os.truncate(root / "raw/nbs/2027/gdp.csv", 6 * 2**30)


def large(root: Path) -> None:
    with (root / "file.csv").open("w") as file:
        for _ in range(500):
            file.write("地区,2019\n" + "北京,1\n" * 130_000)


def link(root: Path) -> None:
    text("outside.csv", (root / GDP).read_text(encoding="utf-8").replace("37767.0", "1.0"))(root)
    (root / "raw/nbs/2027").mkdir()
    (root / "raw/nbs/2027/gdp.csv").symlink_to(root / "outside.csv")


def emptied(root: Path) -> None:
    shutil.rmtree(root / "raw")
    (root / "raw").mkdir()


def changed(root: Path) -> None:
    path = root / GDP
    path.write_bytes(path.read_bytes().replace(b"49670.2", b"49672.2"))


def time_put_back(root: Path) -> None:
    path, before = root / GDP, (root / GDP).stat()
    path.write_bytes(path.read_bytes().replace(b"49670.2", b"49671.2"))
    os.utime(path, ns=(before.st_atime_ns, before.st_mtime_ns))


def note(root: Path) -> None:
    path = root / "warehouse/.build.json"
    path.unlink(missing_ok=True)
    path.mkdir()


def damaged(root: Path) -> None:
    for path in (root / "history/history").glob("runs.db*"):
        path.unlink()
    text("history/history/runs.db", "x" * 5000)(root)


def linked_warehouse(root: Path) -> None:
    time_put_back(root)
    (root / "elsewhere").mkdir()
    shutil.move(root / "warehouse/jjj.duckdb", root / "elsewhere/jjj.duckdb")
    (root / "warehouse/jjj.duckdb").symlink_to(root / "elsewhere/jjj.duckdb")


def unclosed(root: Path) -> None:
    main = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    sheet = f'<?xml version="1.0"?><worksheet xmlns="{main}"><sheetData><row r="1">'
    office = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    package = "http://schemas.openxmlformats.org/package/2006"
    parts = {
        "[Content_Types].xml": f'<Types xmlns="{package}/content-types"/>',
        "xl/workbook.xml": f'<workbook xmlns="{main}" xmlns:r="{office}"><sheets>'
        '<sheet name="a" sheetId="1" r:id="rId1"/></sheets></workbook>',
        "xl/_rels/workbook.xml.rels": f'<Relationships xmlns="{package}/relationships">'
        f'<Relationship Id="rId1" Type="{office}/worksheet" Target="worksheets/sheet1.xml"/></Relationships>',
        "xl/worksheets/sheet1.xml": sheet + '<c r="A1" s="1">' * 400_000,
    }
    with zipfile.ZipFile(root / "file.xlsx", "w", zipfile.ZIP_DEFLATED) as book:
        for name, content in parts.items():
            book.writestr(name, content)


def html(root: Path) -> None:
    text("file.html", "<table>" + ("<tr>" + "<td>1</td>" * 100 + "</tr>") * 8000 + "</table>")(root)


def source(content: str) -> Callable[[Path], None]:
    return text("raw/nbs/source.yml", content)


NOTHING: Callable[[Path], None] = lambda root: None  # noqa: E731
ATTACKS = [
    Attack("nothing (the command itself)", NOTHING),
    Attack("emptied raw/", emptied),
    Attack(".build.json is a folder", note),
    Attack("damaged runs.db", damaged),
    Attack("nothing (status)", NOTHING, LOOK),
    Attack("source.yml: alias bomb", source(BOMB), LOOK),
    Attack("source.yml: empty", source(""), LOOK),
    Attack("source.yml: a list", source("- a\n"), LOOK),
    Attack("source.yml: a scalar", source("x\n"), LOOK),
    Attack("source.yml: no chain", source("source: nbs\n"), LOOK),
    Attack("6 GiB sparse CSV", sparse, LOOK),
    Attack("a link out of raw/", link, LOOK),
    Attack("a name that is no UTF-8", text("raw/nbs/2025/gdp\udcff.csv", "x\n"), LOOK),
    Attack("a stray file", text("raw/nbs/2025/holiday.csv", "x\n"), LOOK),
    Attack("a file at another depth", text("raw/nbs/gdp.csv", "x\n"), LOOK),
    Attack("full-width digits in a release", text("raw/nbs/２０３０/gdp.csv", "x\n"), LOOK),
    Attack("nothing (a figure that changed)", changed),
    Attack("same size, time put back", time_put_back),
    Attack("jjj.duckdb is a link", linked_warehouse),
    Attack("nothing (read)", text("file.csv", "地区,2019\n北京,1\n天津,2\n河北,3\n"), ("read", "file.csv")),
    Attack("500 MB CSV", large, ("read", "file.csv")),
    Attack(".xlsx with unclosed cells", unclosed, ("read", "file.xlsx")),
    Attack("HTML of 800,000 cells", html, ("read", "file.html")),
    Attack(
        "² as rowspan",
        text("file.html", "<table><tr><td rowspan='²'>1</td><td>2</td></tr></table>"),
        ("read", "file.html"),
    ),
    Attack(
        "400 digits",
        text("file.csv", f"地区,2019\n北京,{'9' * 400}\n"),
        ("read", "file.csv", "--indicator", "gdp", "--release", "2020"),
    ),
    Attack("nothing (claims)", text("c.yml", CLAIM % ("5 万元", "2 万元, 3 万元")), ("claims", "c.yml")),
    Attack("claims: recursive alias", text("c.yml", "claims: &c\n- *c\n"), ("claims", "c.yml")),
    Attack("claims: 3,000 levels", text("c.yml", f"claims: {'[' * 3000}{']' * 3000}\n"), ("claims", "c.yml")),
    Attack("claims: 500 digits", text("c.yml", CLAIM % ("9" * 500, "1, 2")), ("claims", "c.yml")),
    Attack(
        "claims: 20,000 parts", text("c.yml", CLAIM % ("5 万元", ", ".join(["1 万元"] * 20_000))), ("claims", "c.yml")
    ),
    Attack("nothing (sql)", NOTHING, ("sql", "select 1")),
    Attack("sql: COPY TO", NOTHING, ("sql", "copy (select 1 as a) to 'out.csv'")),
    Attack("sql: read_csv('/etc/passwd')", NOTHING, ("sql", "from read_csv('/etc/passwd') limit 1")),
    Attack("sql: INSTALL", NOTHING, ("sql", "install httpfs")),
    Attack("sql: ATTACH", NOTHING, ("sql", "attach 'other.duckdb'")),
]


def run(root: Path, words: tuple[str, ...]) -> tuple[str, str, float, float]:
    """Exit status, what is said, seconds of processor time, MB at most."""
    environment = {
        **os.environ,
        "JJJ_ROOT": str(root),
        "DAGSTER_HOME": str(root / "history"),
        "PYTHONPATH": str(ROOT),
        "COLUMNS": "4000",
    }
    with tempfile.TemporaryFile("w+", errors="replace") as output:
        process = subprocess.Popen(
            [sys.executable, "-W", "ignore", "-m", "jjj_pipeline", *words], cwd=root, env=environment, stdout=output,
            stderr=subprocess.STDOUT, start_new_session=True,
        )  # fmt: skip
        deadline, status = time.monotonic() + PATIENCE * 4, ""
        while True:
            pid, code, usage = os.wait4(process.pid, os.WNOHANG)
            if pid:
                break
            cpu = sum(map(int, Path(f"/proc/{process.pid}/stat").read_text().rpartition(")")[2].split()[11:13]))
            if cpu / os.sysconf("SC_CLK_TCK") > PATIENCE or time.monotonic() > deadline:
                os.killpg(process.pid, signal.SIGKILL)
                status = f"over {PATIENCE} s"
            with suppress(FileNotFoundError, IndexError):
                if int(Path(f"/proc/{process.pid}/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE") > MEMORY:
                    os.killpg(process.pid, signal.SIGKILL)
                    status = f"over {MEMORY // 2**30} GB"
            time.sleep(0.05)
        process.returncode = os.waitstatus_to_exitcode(code)
        output.seek(0)
        lines = [line.strip() for line in output.read().splitlines() if line.strip()]
    if any(line.startswith("Traceback") for line in lines):
        status = status or "traceback"
    last_line = next(
        (line for line in lines if line.startswith("left out")),
        lines[-1 if status == "traceback" else 0] if lines else "",
    )
    return status or f"exit {process.returncode}", last_line, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024


def main(part: str) -> int:
    bad = 0
    base: tuple[float, float] = (0, 0)
    with tempfile.TemporaryDirectory() as folder:
        built = copy_project(Path(folder, "built"), SMALL).root
        for path in built.glob("raw/*"):
            shutil.copyfile(ROOT / "raw" / path.name / "source.yml", path / "source.yml")
        print("built:", *run(built, ("build",)), flush=True)
        print("| attack | outcome | s | MB | said |\n|---|---|---|---|---|")
        for attack in ATTACKS:
            itself = attack.name.startswith("nothing")
            if attack.words == BUILD if part == QUICK else part not in attack.name and not itself:
                continue
            root = Path(folder, "project")
            shutil.copytree(built, root, symlinks=True)
            attack.make(root)
            status, last_line, seconds, memory = run(root, attack.words)
            if itself:
                base = seconds, memory
            elif status.startswith(("traceback", "over")) or seconds > base[0] + 5 or memory > base[1] + 500:
                bad += 1
            print(f"| {attack.name} | {status} | {seconds:.1f} | {memory:.0f} | {last_line[:170]} |", flush=True)
            shutil.rmtree(root)
    return int(bad > 0)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1] if len(sys.argv) > 1 else ""))
