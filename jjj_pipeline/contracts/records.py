"""Contracts of micro-records: the canonical tables, which are Parquet beside the warehouse and never in the published file, and
what the published file says about them. Only declarations."""

from typing import Any

from jjj_pipeline.contracts.base import Contract, column, key

WAYS = ["region_code", "credit_code", "postal_code", "names", "address", "name", "none"]
CODE: dict[str, Any] = {"str_matches": r"^\d{6}$"}


class Item(Contract):
    """One row for each record of a set: a patent, a paper, a firm, a contract. Duplicates of a number are one record."""

    record_set: str = key("记录集", "Record set, see records.yml")
    record_id: str = key("记录号", "Number of the record in the set")
    date: str = column(
        "日期", "Date, as far as it is known: 2019, 2019-03 or 2019-03-05", str_matches=r"^\d{4}(-\d{2}){0,2}$"
    )
    period: int = column("年份", "Year of the date", ge=1900, le=2100)
    amount: float = column("金额", "Amount in the unit the mapping names", nullable=True)
    class_code: str = column("类别", "Class: IPC, GB/T 4754 or a field", nullable=True)
    status: str = column("状态", "Status as the set has it", nullable=True)

    class Config(Contract.Config):
        metadata = {"table": "records.item", "zh": "记录"}


class Party(Contract):
    """One row for each party of each record. Names of persons are not stored unless the mapping says so."""

    record_set: str = key("记录集", "Record set")
    record_id: str = key("记录号", "Number of the record")
    seq: int = key("次序", "Position within the record; from 10000 for the second role of a row", ge=0)
    role: str = column("角色", "applicant, affiliation, seller, buyer, parent, branch …")
    name: str = column("名称", "Name of the party; null for persons", nullable=True)
    province: str = column("省级代码", "Province of now, null where not found", nullable=True, **CODE)
    city: str = column(
        "地级代码", "Unit of the prefecture level of now, or municipality; null where not found", nullable=True, **CODE
    )
    way: str = column("定位方式", "How the place was found; none where it was not", isin=WAYS)
    confidence: str = column(
        "可信度", "stated (a code or a name of the place), derived (postal or registration code), inferred (the party's name)",
        nullable=True, isin=["stated", "derived", "inferred"],
    )  # fmt: skip

    class Config(Contract.Config):
        metadata = {"table": "records.party", "zh": "参与方"}


class Counted(Contract):
    """Counts between places by a named rule, of all cities; from them come the rows of core.flow."""

    indicator: str = key("指标", "Indicator")
    rule: str = key("规则", "Counting rule", isin=["pairs", "pairs_fractional", "flows", "flow_amount"])
    level: str = key("层级", "province or city", isin=["province", "city"])
    period: int = key("年份", "Year of the records", ge=1900, le=2100)
    class_code: str = key("类别", "Class; `*` is all of them")
    origin: str = key("流出地", "Origin, or the first of a pair", **CODE)
    destination: str = key("流入地", "Destination, or the second of a pair", **CODE)
    value: float = column("数值", "Counted value, in the indicator's unit", ge=0)
    records: int = column("记录数", "Records it is counted from", ge=1)

    class Config(Contract.Config):
        metadata = {"table": "records.flow", "zh": "记录计数"}


class RecordSetTable(Contract):
    """What is known of each record set that has been counted: how much of it, how many places were found, its limits."""

    record_set: str = key("记录集", "Record set; the source of its rows in core.flow")
    release: str = column("版本", "Version of the set")
    kind: str = column("种类", "patent, paper, firm, contract, licence, other")
    title_zh: str = column("中文名", "Title in Chinese")
    title_en: str = column("英文名", "Title in English")
    publisher: str = column("发布者", "Who published the records")
    terms: str = column("许可", "Licence")
    limits: str = column("局限", "What the counts do not say")
    date_is: str = column("日期含义", "What the date of a record means: deposit, application, grant, registration")
    first_year: int = column("首年", "First year with records", ge=1900, le=2100)
    last_year: int = column("末年", "Last year with records", ge=1900, le=2100)
    records: int = column("记录数", "Records, duplicates counted once", ge=0)
    records_placed: int = column("有地点记录数", "Records with a place for at least one party", ge=0)
    records_known: int = column("应有记录数", "Records of the whole, where it is known", nullable=True, ge=0)
    coverage: float = column("覆盖率", "Records with a place over those of the whole", nullable=True, ge=0)
    parties: int = column("参与方数", "Parties", ge=0)
    parties_province: int = column("有省份参与方数", "Parties whose province is known", ge=0)
    parties_city: int = column("有城市参与方数", "Parties whose city is known", ge=0)
    ways: str = column("定位方式构成", "For each role what part of its parties was placed in which way, as text")
    repeated: int = column("重复记录数", "Records that are in several rows and are counted once", ge=0)
    rejected: int = column("剔除行数", "Rows left out, see meta.records_rejected", ge=0)
    complete: bool = column("是否全量", "Whether the set is a census; counts of a sample have status U")

    class Config(Contract.Config):
        metadata = {"table": "meta.record_set", "zh": "记录集一览"}


class RecordsRejected(Contract):
    """Rows of record sets that were left out, by file and reason, with examples."""

    record_set: str = key("记录集", "Record set")
    file: str = key("文件", "File, or the first of several that were read together")
    reason: str = key("原因", "Why the rows are left out")
    rows: int = column("行数", "How many", ge=1)
    examples: str = column("示例", "The first of them")

    class Config(Contract.Config):
        metadata = {"table": "meta.records_rejected", "zh": "剔除的记录"}


CONTRACTS = [RecordSetTable, RecordsRejected]
UNPUBLISHED = [Item, Party, Counted]
