"""The gazetteer: places of any year mean a place of now, and names that mean several places stay open."""

import pytest

from jjj_pipeline.records import gazetteer
from jjj_pipeline.settings import PACKAGE

FOLDER = PACKAGE / "catalog" / "gazetteer"


@pytest.fixture(scope="module")
def codes() -> dict[str, tuple[str, str | None]]:
    return {r["code"]: (r["province"], r["city"]) for r in gazetteer.codes(FOLDER).to_pylist()}


@pytest.fixture(scope="module")
def names() -> dict[tuple[str, str], dict]:
    return {(r["scope"], r["key"]): r for r in gazetteer.names(FOLDER).to_pylist()}


@pytest.mark.parametrize(
    ("code", "city"),
    [
        ("130625", "130600"),  # 徐水县 until 2015
        ("132400", "130600"),  # 保定地区 until 1994
        ("371200", "370100"),  # 莱芜市, Jinan's since 2018
        ("341400", "340100"),  # 巢湖市 as a prefecture, until 2011
        ("120225", "120000"),  # 蓟县
        ("510200", "500000"),  # 重庆 while it was in Sichuan
        ("429004", "429004"),  # 仙桃, governed by the province itself
        ("133100", "130600"),  # 雄安 has no code in the standard; its counties are Baoding's
        ("1301", "130100"),
        ("130103", "130100"),  # 桥东区 of Shijiazhuang, dissolved in 2014; Xingtai and Zhangjiakou had one too
        ("130502", "130500"),
    ],
)
def test_a_code_of_any_year_leads_to_the_city_of_now(
    codes: dict[str, tuple[str, str | None]], code: str, city: str
) -> None:
    assert codes[code] == (city[:2] + "0000", city)


def test_the_code_of_a_province_tells_no_city_but_that_of_a_municipality_does(
    codes: dict[str, tuple[str, str | None]],
) -> None:
    assert codes["13"] == ("130000", None)
    assert codes["11"] == ("110000", "110000")


@pytest.mark.parametrize("name", ["朝阳区", "鼓楼区", "桥东区", "通州区", "朝阳", "中山", "海州区"])
def test_a_name_of_several_places_is_open_in_the_nation(names: dict[tuple[str, str], dict], name: str) -> None:
    assert names["CN", name]["form"] == "open"


def test_jilin_is_a_province_and_jilin_city_is_in_it(names: dict[tuple[str, str], dict]) -> None:
    assert (names["CN", "吉林"]["province"], names["CN", "吉林"]["city"]) == ("220000", None)
    assert names["CN", "吉林市"]["city"] == "220200"
    assert names["220000", "吉林"]["city"] == "220200"


def test_every_city_of_now_is_found_by_its_full_name_in_its_province(names: dict[tuple[str, str], dict]) -> None:
    prefectures = [d for d in gazetteer.divisions(FOLDER) if d.level == "prefecture" and d.in_force and d.city]
    assert len(prefectures) == 334  # 333 prefectures and 雄安
    for d in prefectures:
        found = names[d.province, d.name[: gazetteer.LONGEST]]
        assert (found["form"], found["city"]) == ("full", d.city), d


def test_there_are_34_provinces_and_their_two_digits_are_told_apart_by_postal_codes() -> None:
    provinces = {d.code for d in gazetteer.divisions(FOLDER) if d.level == "province" and d.in_force}
    assert len(provinces) == 34
    with_codes = {r["province"] for r in gazetteer.postal(FOLDER).to_pylist()}
    assert provinces - with_codes == {
        "710000",
        "810000",
        "820000",
    }  # Taiwan, Hong Kong and Macao have none of these codes


@pytest.mark.parametrize(
    ("name", "short"),
    [
        ("恩施土家族苗族自治州", "恩施"),
        ("新疆维吾尔自治区", "新疆"),
        ("陵水黎族自治县", "陵水"),
        ("唐县", "唐县"),
        ("保定地区", "保定"),
    ],
)
def test_short_names_leave_out_the_kind_and_the_peoples(name: str, short: str) -> None:
    assert gazetteer.short_name(name) == short
