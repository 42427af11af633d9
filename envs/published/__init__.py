"""Instructions that others have published, read where a user has their files: no sentence of theirs is kept here."""

from __future__ import annotations

from envs.published import (
    calvin,
    cliport,
    code_as_policies,
    grounded_decoding,
    inner_monologue,
    language_table,
    lohoravens,
    saycan_tabletop,
)
from envs.published.case import Case, Source, Template
from envs.task_error import nearest

__all__ = ["SOURCES", "Case", "Source", "Template", "find_source"]

SOURCES: dict[str, Source] = {
    module.SOURCE.name: module.SOURCE
    for module in (
        code_as_policies,
        saycan_tabletop,
        inner_monologue,
        grounded_decoding,
        calvin,
        cliport,
        lohoravens,
        language_table,
    )
}
"""By name."""


def find_source(name: str) -> Source:
    """The source of that name.

    Raises:
        ValueError: there is none; the message gives the nearest.
    """
    if name not in SOURCES:
        raise ValueError(f"unknown source {name!r}; nearest: {nearest(name, SOURCES)} of: {', '.join(SOURCES)}")
    return SOURCES[name]
