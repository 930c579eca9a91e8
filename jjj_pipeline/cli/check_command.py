"""The command that checks a text: check."""

from __future__ import annotations

import json
import sys
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from jjj_pipeline.cli.claim_commands import Lang
from jjj_pipeline.cli.language import choose, language, say
from jjj_pipeline.cli.terminal import err, out, refusing
from jjj_pipeline.settings import default_settings

if TYPE_CHECKING:
    from jjj_pipeline.claims.reasons import Language
    from jjj_pipeline.claims.text.names import Names
    from jjj_pipeline.claims.text.result import CheckedText

CONTRADICTED = 3


class TextShape(StrEnum):
    """How a checked text is printed."""

    table = "table"
    csv = "csv"
    json = "json"
    md = "md"
    html = "html"
    yml = "yml"


def check(
    file: Annotated[
        str, typer.Argument(help="A text: .txt, .md, .docx, .html, .pdf with a text layer; - reads standard input.")
    ],
    shape: Annotated[
        TextShape, typer.Option("--format", help="html: the text with its verdicts; yml: a file of claims to correct.")
    ] = TextShape.table,
    to: Annotated[Path | None, typer.Option("--out", help="A file to write to, in place of standard output.")] = None,
    lang: Annotated[
        Lang | None, typer.Option("--lang", help="Language of the verdicts: zh or en; without it that of the locale.")
    ] = None,
    strict: Annotated[bool, typer.Option("--strict", help="Exit with 3 where a figure is contradicted.")] = False,
) -> None:
    """Check the figures of a text: each one confirmed, contradicted, open, or not checkable and why."""
    import pandas as pd

    from jjj_pipeline.catalog.load import load_catalog
    from jjj_pipeline.claims.text import claims, documents, result
    from jjj_pipeline.claims.text.names import Names
    from jjj_pipeline.report import checked_text

    settings = default_settings()
    if lang:
        choose(lang.value)
    tongue = language()
    with refusing():
        document = (
            documents.document_of(sys.stdin.buffer.read(), "standard input")
            if file == "-"
            else documents.open_document(Path(file))
        )
        names = Names(load_catalog(settings.catalog))
        readings = result.read(document, names)
        evidence = checked_text.evidence_for(readings, names, settings.duckdb)
        if evidence is None:
            err.print(say("no published warehouse: only the text itself is judged; `jjj build` publishes one"))
        text = result.check_text(document, readings, names, evidence)
        if shape is TextShape.html:
            printed = checked_text.page(text, names, settings.duckdb, tongue if lang or tongue == "zh" else "")
        elif shape is TextShape.yml:
            printed = claims.as_yaml(claims.claims_file(document, text.checked, names))
        elif shape is TextShape.json:
            printed = json.dumps(result.rows(text, tongue), ensure_ascii=False, indent=1) + "\n"
        elif shape is TextShape.md:
            printed = result.markdown(text, names, tongue)
        elif shape is TextShape.csv:
            printed = pd.DataFrame(result.rows(text, tongue), columns=result.COLUMNS).to_csv(
                index=False, lineterminator="\n"
            )
        else:
            printed = ""
        if to is not None:
            checked_text.write(to, printed or result.markdown(text, names, tongue))
        elif printed:
            sys.stdout.write(printed)
        else:
            _table(text, names, tongue)
    for note in document.notes:
        err.print(say("note: {}", note.text(tongue)), markup=False)
    if strict and text.counts()["contradicted"]:
        raise typer.Exit(CONTRADICTED)


def _table(text: CheckedText, names: Names, tongue: Language) -> None:
    import pandas as pd

    from jjj_pipeline.claims.text import result
    from jjj_pipeline.contracts import table_formatting

    listed = result.table(text, names, tongue)
    if listed:
        out.print(table_formatting.terminal(pd.DataFrame(listed)))
    out.print(result.summary(text, tongue), markup=False)
