"""What the environment says of a project, and what is refused of it."""

import pytest

from jjj_pipeline.errors import BadInput
from jjj_pipeline.records.engine import EngineSettings
from jjj_pipeline.settings import default_settings


@pytest.mark.parametrize("value", ["1", "2", "16"])
def test_threads_are_a_number(monkeypatch: pytest.MonkeyPatch, value: str) -> None:
    monkeypatch.setenv("JJJ_THREADS", value)
    assert default_settings().threads == int(value)


@pytest.mark.parametrize("value", ["two", "0", "-1", "1.5", "\u0662"])
def test_other_threads_are_refused(monkeypatch: pytest.MonkeyPatch, value: str) -> None:
    monkeypatch.setenv("JJJ_THREADS", value)
    with pytest.raises(BadInput, match="JJJ_THREADS: expected a number of threads such as 2"):
        default_settings()


@pytest.mark.parametrize("value", ["2GB", "512MiB", "1.5 gb"])
def test_memory_has_a_unit(monkeypatch: pytest.MonkeyPatch, value: str) -> None:
    monkeypatch.setenv("JJJ_MEMORY", value)
    assert default_settings().memory == value
    assert EngineSettings.from_environment(memory=value).memory == value


@pytest.mark.parametrize("value", ["lots", "2", "-1", "GB"])
def test_memory_without_amount_or_unit_is_refused(monkeypatch: pytest.MonkeyPatch, value: str) -> None:
    monkeypatch.setenv("JJJ_MEMORY", value)
    with pytest.raises(BadInput, match="JJJ_MEMORY: expected an amount of memory such as 2GB"):
        default_settings()
    with pytest.raises(BadInput, match=r"records\.memory: expected an amount of memory such as 2GB"):
        EngineSettings.from_environment(memory=value)
