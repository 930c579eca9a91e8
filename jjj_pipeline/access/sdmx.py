"""Figures as SDMX: SDMX-CSV 2.0 and the structure message (SDMX-JSON 2.0) that describes it, through pysdmx. The statuses and the
decimals are those of the warehouse; which rows are wanted is for `selection`."""

from __future__ import annotations

import json
from datetime import datetime
from pathlib import Path

import duckdb
import pandas as pd
from pysdmx.io import write_sdmx
from pysdmx.io.format import Format
from pysdmx.io.pd import PandasDataset
from pysdmx.model import (
    Agency,
    Code,
    Codelist,
    Component,
    Components,
    Concept,
    ConceptScheme,
    Dataflow,
    DataStructureDefinition,
    DataType,
    Organisation,
    Role,
    Schema,
)  # fmt: skip
from pysdmx.model.message import Header

from jjj_pipeline.access.selection import Filters, select
from jjj_pipeline.errors import BadInput

AGENCY, VERSION = "JJJ", "1.0"
FLOW, STRUCTURE, CONCEPTS = "DF_JJJ", "DSD_JJJ", "CS_JJJ"
CONCEPT_URN = f"urn:sdmx:org.sdmx.infomodel.conceptscheme.Concept={AGENCY}:{CONCEPTS}({VERSION})"
STRUCTURE_URN = f"urn:sdmx:org.sdmx.infomodel.datastructure.DataStructure={AGENCY}:{STRUCTURE}({VERSION})"
TABLE = "core.preferred"
STATUS = {  # SDMX code list CL_OBS_STATUS, the codes in use
    "A": "Normal value", "B": "Time series break", "D": "Definition differs", "E": "Estimated value", "F": "Forecast value",
    "I": "Imputed value", "M": "Missing value", "N": "Not significant", "O": "Missing value, not collected or blank in print",
    "P": "Provisional value", "U": "Low reliability", "V": "Unvalidated value",
}  # fmt: skip
CODES = {  # code list -> its codes with their names
    "CL_AREA": "select region_code, name_en || ' ' || name_zh from ref.region order by region_code",
    "CL_INDICATOR": "select indicator, name_en || ' ' || name_zh from ref.indicator order by indicator",
    "CL_ACTIVITY": "select replace(industry_code, '*', '_T'), name_en || ' ' || name_zh from ref.industry order by 1",
}
# id, role, required, type, code list, what it is
COMPONENTS = (
    ("FREQ", Role.DIMENSION, True, DataType.STRING, "CL_FREQ", "Frequency"),
    ("REF_AREA", Role.DIMENSION, True, DataType.STRING, "CL_AREA", "Region (GB/T 2260)"),
    ("INDICATOR", Role.DIMENSION, True, DataType.STRING, "CL_INDICATOR", "Indicator"),
    ("ACTIVITY", Role.DIMENSION, True, DataType.STRING, "CL_ACTIVITY", "Industry (GB/T 4754); _T is the total"),
    ("TIME_PERIOD", Role.DIMENSION, True, DataType.PERIOD, "", "Year"),
    ("OBS_VALUE", Role.MEASURE, False, DataType.DOUBLE, "", "Value in UNIT_MEASURE"),
    ("OBS_STATUS", Role.ATTRIBUTE, True, DataType.STRING, "CL_OBS_STATUS", "Status"),
    ("DECIMALS", Role.ATTRIBUTE, False, DataType.INTEGER, "", "Decimals of the value that the publication shows"),
    ("UNIT_MEASURE", Role.ATTRIBUTE, True, DataType.STRING, "", "Unit as printed in China"),
    ("SOURCE", Role.ATTRIBUTE, True, DataType.STRING, "", "Publication"),
    ("RELEASE", Role.ATTRIBUTE, True, DataType.STRING, "", "Edition or publication date"),
    ("PRINTED", Role.ATTRIBUTE, False, DataType.STRING, "", "Literal as printed"),
    ("CELL", Role.ATTRIBUTE, True, DataType.STRING, "", "File and cell"),
)  # fmt: skip


def write(con: duckdb.DuckDBPyConnection, filters: Filters, data: Path, structure: Path) -> int:
    """Write core.preferred to `data` (.csv) and its structure to `structure` (.json); the number of observations. Raises
    BadInput for a filter that names nothing, and where no row is left."""
    selection = select(con, TABLE, filters)
    rows = con.execute(f"""
        select 'A' as FREQ, region_code as REF_AREA, indicator as INDICATOR, replace(industry_code, '*', '_T') as ACTIVITY,
            year::varchar as TIME_PERIOD, value as OBS_VALUE, status as OBS_STATUS,
            case when half_width > 0 then greatest(0, ceil(-log10(2 * half_width) - 1e-9))::int::varchar end as DECIMALS,
            unit as UNIT_MEASURE, source as SOURCE, release as RELEASE, printed as PRINTED, file || ':' || cell as CELL
        from ({selection.sql})
        join ref.indicator using (indicator)
        order by all""").df()
    if rows.empty:
        raise BadInput(
            "--sdmx",
            expected="figures for these filters",
            found="0 rows",
            hint="widen --indicator, --region or --years",
        )
    message = _structure(con, rows)
    (built,) = con.execute("select built_at from meta.build").fetchone() or ("",)
    header = Header(id=AGENCY, prepared=datetime.fromisoformat(str(built)), sender=Organisation(AGENCY))
    text = write_sdmx(message, Format.STRUCTURE_SDMX_JSON_2_0_0, header=header)
    structure.write_text(_without_empty_groups(str(text)), encoding="utf-8")
    components = next(m.components for m in message if isinstance(m, DataStructureDefinition))
    schema = Schema("dataflow", agency=AGENCY, id=FLOW, version=VERSION, components=components)
    dataset = PandasDataset(structure=schema, data=_cells(rows))
    write_sdmx(dataset, Format.DATA_SDMX_CSV_2_0_0, output_path=str(data))
    return len(rows)


def _without_empty_groups(text: str) -> str:
    """The message without the empty lists of groups that pysdmx writes and its own schema refuses."""
    message = json.loads(text)
    for structure in message["data"]["dataStructures"]:
        if not structure["dataStructureComponents"].get("groups"):
            structure["dataStructureComponents"].pop("groups", None)
    return json.dumps(message, ensure_ascii=False, indent=1) + "\n"


def _cells(rows: pd.DataFrame) -> pd.DataFrame:
    """Every cell as text; a number with all its digits, what is missing as an empty cell."""
    return pd.DataFrame({name: ["" if pd.isna(v) else _as_string(v) for v in rows[name]] for name in rows.columns})


def _as_string(value: object) -> str:
    return f"{value:.15g}" if isinstance(value, float) else str(value)


def _structure(con: duckdb.DuckDBPyConnection, rows: pd.DataFrame) -> list[object]:
    """Code lists, concepts, the structure and the data flow of the rows; code lists hold the codes in use."""
    agency = Agency(AGENCY)
    used = {"CL_AREA": set(rows.REF_AREA), "CL_INDICATOR": set(rows.INDICATOR), "CL_ACTIVITY": set(rows.ACTIVITY)}
    lists = {"CL_FREQ": {"A": "Annual"}, "CL_OBS_STATUS": {c: STATUS[c] for c in sorted(set(rows.OBS_STATUS))}}
    for name, sql in CODES.items():
        known = dict(con.execute(sql).fetchall())
        lists[name] = {code: known.get(code) or "Total" for code in sorted(used[name])}
    codelists = {
        name: Codelist(
            name,
            name=name,
            agency=agency,
            version=VERSION,
            items=[Code(c, name=n) for c, n in codes.items()],
            urn=f"urn:sdmx:org.sdmx.infomodel.codelist.Codelist={AGENCY}:{name}({VERSION})",
        )
        for name, codes in lists.items()
    }
    concepts = ConceptScheme(
        CONCEPTS, name="Concepts of the warehouse", agency=agency, version=VERSION,
        items=[Concept(id=i, name=doc, dtype=kind, urn=f"{CONCEPT_URN}.{i}") for i, _, _, kind, _, doc in COMPONENTS],
    )  # fmt: skip
    by_id = {c.id: c for c in concepts.items}
    components = Components([
        Component(
            i, required, role, by_id[i], local_dtype=kind, local_codes=codelists.get(codes),
            attachment_level="O" if role is Role.ATTRIBUTE else None,
        )
        for i, role, required, kind, codes, _ in COMPONENTS
    ])  # fmt: skip
    structure = DataStructureDefinition(
        STRUCTURE,
        name="Figures by region, indicator, industry and year",
        agency=agency,
        version=VERSION,
        components=components,
    )
    flow = Dataflow(
        FLOW,
        name="Innovation system of Beijing, Tianjin and Hebei",
        agency=agency,
        version=VERSION,
        structure=STRUCTURE_URN,
    )
    return [*codelists.values(), concepts, structure, flow]
