"""Dagster's entry point: the definitions of the project this process works on."""

from __future__ import annotations

import dagster as dg

from jjj_pipeline.defs.assembly import build_defs
from jjj_pipeline.errors import BadInput
from jjj_pipeline.settings import default_settings


@dg.definitions
def defs() -> dg.Definitions:
    """The project this process works on, made when Dagster first needs it: importing this module reads no file."""
    try:
        return build_defs(default_settings())
    except BadInput as error:
        raise dg.DagsterInvalidDefinitionError(str(error)) from None
