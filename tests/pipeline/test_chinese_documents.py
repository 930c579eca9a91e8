"""The Chinese pages say the same as the English ones: the same queries and answers, the same commands, no other figure."""

from __future__ import annotations

from pathlib import Path

import pytest

from scripts.chinese_docs import PAGES, ROOT, differences, pages, updated


@pytest.mark.parametrize(("zh", "en"), pages(), ids=lambda p: p.name)
def test_a_chinese_page_has_no_figure_or_command_of_its_own(zh: Path, en: Path) -> None:
    assert differences(zh.read_text(encoding="utf-8"), en.read_text(encoding="utf-8")) == []


def test_the_readme_and_its_chinese_page_link_to_each_other() -> None:
    assert "(README.zh-CN.md)" in (ROOT / "README.md").read_text(encoding="utf-8").split("##")[0]
    assert "(README.md)" in (ROOT / "README.zh-CN.md").read_text(encoding="utf-8").split("##")[0]
    assert {
        "README.zh-CN.md",
        "docs/cookbook.zh-CN.md",
        "docs/open_it.zh-CN.md",
        "docs/adding.zh-CN.md",
        "docs/records.zh-CN.md",
    } <= {name for name in PAGES if (ROOT / name).exists()}


def test_an_answer_that_changed_and_a_figure_of_its_own_are_found() -> None:
    english = "A sentence with 9.86.\n\n```sql\nselect a from b where c = 1\n```\n\n| a |\n|---|\n| 12.5 |\n\nEnd.\n"
    chinese = "9.86、77.3\n\n```sql\nselect a from b where c = 1\n```\n\n| a |\n|---|\n| 11.0 |\n\n完。\n"
    assert differences(chinese, english)[0].startswith("query:")
    assert "figure: 77.3" in differences(chinese, english)
    assert differences(updated(chinese, english), english) == ["figure: 77.3"]
