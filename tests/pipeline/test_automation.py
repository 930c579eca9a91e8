"""The sensor over raw/: what makes a run, what is waited for, and what is passed over."""

from __future__ import annotations

import json
import os
import time
from collections.abc import Callable, Mapping
from pathlib import Path

import dagster as dg
import pytest

from jjj_pipeline.catalog.load import load_catalog
from jjj_pipeline.defs import automation, raw
from jjj_pipeline.defs.assembly import build_defs
from jjj_pipeline.defs.automation import FOLLOWS, SECONDS, monthly, raw_sensor
from jjj_pipeline.defs.resources import FILES
from jjj_pipeline.files.regular_file import StillWritten
from jjj_pipeline.settings import Settings
from tests.conftest import copy_project

GDP = "nbs/2025-census5/gdp.csv"
RD = "cstsy/2020/rd_by_activity.csv"


class Watch:
    """A daemon that keeps the cursor between its looks."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self.pauses = 0
        self.meanwhile: Callable[[], object] = lambda: None  # what happens between the two looks at new files
        self.sensor = raw_sensor(settings, load_catalog(settings.catalog), self.pause)
        self.instance = dg.DagsterInstance.ephemeral()
        self.cursor: str | None = None
        self.keys: list[str] = []
        self.config: dict[str, object] = {}  # of the run it asks for last, and its tags
        self.tags: Mapping[str, str] = {}

    def look(self) -> str:
        """The files of the run it asks for, or why it asks for none; events are told to the instance."""
        context = dg.build_sensor_context(instance=self.instance, cursor=self.cursor)
        found = self.sensor(context)
        if isinstance(found, dg.SkipReason):
            return str(found.skip_message)
        assert isinstance(found, dg.SensorResult)
        self.cursor = found.cursor
        for event in found.asset_events or []:
            assert isinstance(event, dg.AssetMaterialization)
            self.instance.report_runless_asset_event(event)
        requests = found.run_requests or []
        assert len(requests) <= 1
        if not requests:
            assert isinstance(found.skip_reason, dg.SkipReason)
            return str(found.skip_reason.skip_message)
        assert requests[0].run_key not in self.keys
        self.keys.append(str(requests[0].run_key))
        self.config = requests[0].run_config["resources"]["runner"]["config"]
        self.tags = requests[0].tags
        return f"run: {self.config['files']}"

    def pause(self, seconds: float) -> None:
        assert 1 <= seconds < SECONDS
        self.pauses += 1
        self.meanwhile()


@pytest.fixture
def watch(tmp_path: Path) -> Watch:
    watch = Watch(copy_project(tmp_path, [GDP, RD, "nbs/2025/population.csv"]))
    assert watch.look() == f"run: {RD}, {GDP}, nbs/2025/population.csv"
    assert watch.tags[FILES] == "2 sources"
    assert watch.look() == "nothing changed"
    return watch


def test_a_replaced_a_removed_and_a_renamed_file_each_make_one_run(watch: Watch) -> None:
    path = watch.settings.raw / GDP
    path.write_text(path.read_text(encoding="utf-8").replace("37767.0", "37768.0"), encoding="utf-8")
    assert watch.look() == f"run: {GDP}"
    (watch.settings.raw / RD).unlink()
    assert watch.look() == f"run: {RD}"  # what is gone is not being written
    moved = watch.settings.raw / "nbs/2025-census6/gdp.csv"
    moved.parent.mkdir()
    path.rename(moved)
    assert watch.look() == f"run: {GDP}, nbs/2025-census6/gdp.csv"
    assert watch.look() == "nothing changed"


def test_a_batch_of_files_makes_one_run(watch: Watch) -> None:
    for release in ("2027-01", "2027-02", "2027-03", "2027-04", "2027-05", "2027-06", "2027-07", "2027-08"):
        target = watch.settings.raw / "nbs" / release / "gdp.csv"
        target.parent.mkdir()
        target.write_bytes((watch.settings.raw / GDP).read_bytes())
    listed = ", ".join(f"nbs/2027-0{n}/gdp.csv" for n in range(1, 7))
    assert watch.look() == f"run: {listed} and 2 more"
    assert watch.tags[FILES] == "nbs"


def test_a_file_that_is_still_growing_is_waited_for(watch: Watch) -> None:
    target = watch.settings.raw / "nbs/2027/gdp.csv"
    target.parent.mkdir()
    whole = (watch.settings.raw / GDP).read_bytes()
    target.write_bytes(whole[:100])
    for part in (200, 300, len(whole)):
        watch.meanwhile = lambda part=part: target.write_bytes(whole[:part])  # type: ignore[misc]
        assert watch.look() == "waiting until they are written: nbs/2027/gdp.csv"
    watch.meanwhile = lambda: None
    assert watch.look() == "run: nbs/2027/gdp.csv"


def test_a_file_that_changes_while_it_is_read_is_waited_for(watch: Watch, monkeypatch: pytest.MonkeyPatch) -> None:
    def changing(path: Path, name: str) -> str:
        raise StillWritten(name, expected="a whole file", found="one that changed")

    target = watch.settings.raw / GDP
    target.write_bytes(target.read_bytes() + b"\n")
    with monkeypatch.context() as patch:
        patch.setattr(automation, "sha256", changing)
        assert watch.look() == f"waiting until they are written: {GDP}"
    assert watch.look() == f"run: {GDP}"


def test_a_batch_that_is_still_coming_makes_one_run(watch: Watch) -> None:
    def one_more(release: str) -> None:
        target = watch.settings.raw / "nbs" / release / "gdp.csv"
        target.parent.mkdir()
        target.write_bytes((watch.settings.raw / GDP).read_bytes())

    one_more("2027-01")
    watch.meanwhile = lambda: one_more("2027-02")
    assert watch.look().startswith("waiting until they are written: ")
    watch.meanwhile = lambda: None
    assert watch.look() == "run: nbs/2027-01/gdp.csv, nbs/2027-02/gdp.csv"


def test_only_what_is_new_is_waited_for(watch: Watch) -> None:
    watch.pauses = 0
    assert watch.look() == "nothing changed"
    assert watch.pauses == 0
    (watch.settings.raw / "nbs/2025-census5/gdp.csv").touch()
    assert watch.look() == "nothing changed"
    assert watch.pauses == 1


def test_a_file_that_cannot_be_read_is_waited_for_once(watch: Watch) -> None:
    os.mkfifo(watch.settings.raw / "nbs" / "2025" / "gdp.csv")
    assert watch.look() == "run: nbs/2025/gdp.csv"
    watch.pauses = 0
    assert watch.look() == "nothing changed"
    assert watch.pauses == 0


def test_another_process_goes_on_where_the_last_one_was(watch: Watch) -> None:
    again = Watch(watch.settings)
    again.cursor = watch.cursor
    assert again.look() == "nothing changed"
    (watch.settings.raw / RD).unlink()
    assert again.look().startswith("run: ")


def test_parts_and_hidden_files_are_not_there(watch: Watch) -> None:
    for name in ("gdp.csv.part", ".gdp.csv", ".DS_Store"):
        (watch.settings.raw / "nbs" / "2025" / name).write_text("x")
    assert watch.look() == "nothing changed"


def test_content_that_goes_back_runs_again(watch: Watch) -> None:
    path = watch.settings.raw / GDP
    first = path.read_text(encoding="utf-8")
    for text in (first.replace("37767.0", "37768.0"), first, first.replace("37767.0", "37768.0")):
        path.write_text(text, encoding="utf-8")
        assert watch.look() == f"run: {GDP}"
    assert len(set(watch.keys)) == 4


def test_a_missing_folder_is_not_taken_for_an_empty_one(watch: Watch) -> None:
    away = watch.settings.root / "away"
    watch.settings.raw.rename(away)
    assert watch.look() == "raw/ is not there; put the folder back"
    away.rename(watch.settings.raw)
    assert watch.look() == "nothing changed"


def test_an_emptied_folder_makes_one_run(watch: Watch) -> None:
    """As where a share is not mounted: one state, one run, which then says that most files are gone."""
    away = watch.settings.root / "away"
    away.mkdir()
    for path in list(watch.settings.raw.iterdir()):
        path.rename(away / path.name)
    assert watch.look().startswith("run: ")
    assert [watch.look() for _ in range(3)] == ["nothing changed"] * 3
    for path in list(away.iterdir()):
        path.rename(watch.settings.raw / path.name)
    assert watch.look().startswith("run: ")
    assert watch.look() == "nothing changed"


def test_a_file_that_never_stops_growing_holds_the_others_up_for_a_minute(watch: Watch) -> None:
    endless, other = (watch.settings.raw / name for name in ("nbs/2027/gdp.csv", "nbs/2027-01/gdp.csv"))
    for path in (endless, other):
        path.parent.mkdir()
    other.write_bytes((watch.settings.raw / GDP).read_bytes())
    looks = 0
    answer = ""

    def grows() -> None:
        with endless.open("a") as file:
            file.write("one more line\n")

    grows()
    watch.meanwhile = grows
    while not answer.startswith("run: "):
        answer = watch.look()
        looks += 1
        assert looks < 20, answer
    assert answer == "run: nbs/2027-01/gdp.csv"
    assert looks * SECONDS <= 70
    assert watch.config["leave_out"] == ["raw/nbs/2027/gdp.csv"]
    assert watch.look() == "still being written: nbs/2027/gdp.csv"
    watch.meanwhile = lambda: None
    assert watch.look() == "run: nbs/2027/gdp.csv"  # it has ended
    assert watch.config["leave_out"] == []


def test_an_edit_of_the_same_size_with_its_time_put_back_is_seen(watch: Watch) -> None:
    path = watch.settings.raw / GDP
    before = path.stat()
    path.write_bytes(path.read_bytes().replace(b"37767.0", b"37768.0"))
    os.utime(path, ns=(before.st_atime_ns, before.st_mtime_ns))
    after = path.stat()
    assert (after.st_size, after.st_mtime_ns) == (before.st_size, before.st_mtime_ns)
    assert watch.look() == f"run: {GDP}"


def test_a_note_beside_the_figures_that_changes_makes_a_run(watch: Watch) -> None:
    note = watch.settings.raw / "nbs" / "source.yml"
    note.write_text("chain: copied by hand\n", encoding="utf-8")
    assert watch.look() == "run: nbs/source.yml"
    assert watch.look() == "nothing changed"


def test_what_cannot_be_read_makes_one_run_that_names_it(watch: Watch) -> None:
    (watch.settings.raw / "nbs" / "2025" / "cpi.csv").symlink_to("/etc/passwd")
    os.mkfifo(watch.settings.raw / "nbs" / "2025" / "gdp.csv")
    assert watch.look() == "run: nbs/2025/cpi.csv, nbs/2025/gdp.csv"
    assert watch.look() == "nothing changed"


def test_a_thousand_files_at_once_make_one_run_and_a_look_stays_short(watch: Watch) -> None:
    whole = (watch.settings.raw / GDP).read_bytes()
    for number in range(1000):
        target = watch.settings.raw / "nbs" / f"2026-x{number}" / "gdp.csv"
        target.parent.mkdir()
        target.write_bytes(whole)
    assert watch.look().endswith("and 994 more")
    started = time.process_time()
    assert watch.look() == "nothing changed"
    assert time.process_time() - started < 5


def test_the_data_version_of_a_raw_table_is_the_hash_of_its_file(watch: Watch) -> None:
    import hashlib

    path = watch.settings.raw / RD

    def data_version() -> str | None:
        event = watch.instance.get_latest_materialization_event(raw.key("cstsy_rd_by_activity"))
        assert event is not None and event.asset_materialization is not None
        return (event.asset_materialization.tags or {}).get(raw.VERSION)

    assert data_version() == hashlib.sha256(path.read_bytes()).hexdigest()
    path.write_bytes(path.read_bytes().replace(b"22335870", b"22335871"))
    watch.look()
    assert data_version() == hashlib.sha256(path.read_bytes()).hexdigest()


def test_a_fresh_daemon_runs_only_if_raw_is_not_what_is_published(warehouse: Settings) -> None:
    assert Watch(warehouse).look() == "nothing changed"


def test_what_changed_between_two_processes_makes_a_run_also_where_nothing_that_is_published_did(
    built_project: Settings,
) -> None:
    """Dagster starts another process every minute: a file that was left out goes, or a note is edited, just then."""
    watch = Watch(built_project)
    assert watch.look() == "nothing changed"
    stray, note = built_project.raw / "nbs" / "2025-census5" / "holiday.csv", built_project.raw / "nbs" / "source.yml"
    stray.write_text("x\n", encoding="utf-8")
    assert watch.look() == "run: nbs/2025-census5/holiday.csv"
    for change in (stray.unlink, lambda: note.write_text("chain: copied by hand\n", encoding="utf-8")):
        change()
        another = Watch(built_project)
        another.cursor = watch.cursor
        assert another.look() == "run: unknown"
        assert another.tags[FILES] == "unknown"
        assert another.look() == "nothing changed"
        watch = another


def test_files_that_are_going_make_one_run(watch: Watch) -> None:
    (watch.settings.raw / RD).unlink()
    watch.pauses, watch.meanwhile = 0, lambda: (watch.settings.raw / GDP).unlink(missing_ok=True)
    assert watch.look() == f"run: {RD}, {GDP}"
    assert watch.pauses == 1
    assert watch.look() == "nothing changed"
    assert watch.pauses == 1


def test_a_cursor_is_plain_and_small(watch: Watch) -> None:
    assert set(json.loads(watch.cursor or "")) == {"last_state", "attempt", "waited"}
    assert len(watch.cursor or "") < 100


def test_derived_tables_follow_by_condition_and_the_monthly_check_is_off(watch: Watch) -> None:
    specs = {s.key.to_user_string(): s for s in build_defs(watch.settings).resolve_all_asset_specs()}
    for name, spec in specs.items():
        derived = name.split("/")[0] in ("core", "mart", "warehouse") or name in ("meta/coverage_year", "meta/build")
        if derived:
            assert spec.automation_condition == FOLLOWS, name
        if name.startswith(("raw/", "ref/")) or name in ("stage/nbs",):
            assert spec.automation_condition is None, name
    assert monthly.default_status is dg.DefaultScheduleStatus.STOPPED
