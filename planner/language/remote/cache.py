"""Answers that were paid for once, on disk: one JSON file each, named by the hash of all that was asked."""

from __future__ import annotations

import hashlib
import json
import os
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any


class AnswerCache:
    """A folder of answers; several processes may use it at the same time."""

    def __init__(self, folder: Path | None) -> None:
        """Takes the folder, which is made when there is something to keep; None for a cache that keeps nothing."""
        self._folder = folder

    def get(self, asked: Mapping[str, Any]) -> Any | None:
        """What was answered to this, or None. A file that is torn, or answers something else, counts as none.

        Args:
            asked: address, endpoint, and the request's body: JSON data.
        """
        path = self._path(asked)
        if path is None:
            return None
        try:
            entry = json.loads(path.read_text(encoding="utf-8"))
        except (OSError, ValueError):
            return None
        if not isinstance(entry, dict) or entry.get("asked") != asked:
            return None
        return entry.get("answer")

    def put(self, asked: Mapping[str, Any], answer: Any) -> None:
        """Keeps an answer, in the place of an older one.

        The file appears whole or not at all. A folder that cannot be written to ends the keeping, not the run.
        """
        path = self._path(asked)
        if path is None:
            return
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            handle, scratch = tempfile.mkstemp(prefix="answer-", dir=path.parent)
            with os.fdopen(handle, "w", encoding="utf-8") as file:
                json.dump({"asked": asked, "answer": answer}, file)
            os.replace(scratch, path)
        except OSError:
            self._folder = None

    def _path(self, asked: Mapping[str, Any]) -> Path | None:
        if self._folder is None:
            return None
        digest = hashlib.sha256(json.dumps(asked, sort_keys=True).encode()).hexdigest()
        return self._folder / digest[:2] / f"{digest}.json"
