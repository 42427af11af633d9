"""What a person sees of an episode while it runs, and what is kept of it."""

from __future__ import annotations

from typing import Any

from rich.console import Console
from rich.table import Table
from rich.text import Text

from envs.events import Answered, Began, Decided, Ended, Event, Executed
from envs.record import Episode
from skills.protocol import Act, Ask, Candidate, Decision, Finish, Rationale, Refuse

SHOWN = 5
"""So many candidates are shown for each step."""
_ENDINGS = {"finish": "said that it is done", "refuse": "refused", "budget": "used up its steps", "error": "broke off"}


class Transcript:
    """Prints an episode's events as they come; give it to `run_episode` as `on_event`."""

    def __init__(self, console: Console) -> None:
        """Prints to `console`."""
        self._console = console
        self._steps = 0
        self.decisions: list[dict[str, Any]] = []
        """Each decision with its candidates, as plain data."""
        self.start: dict[str, Any] = {}
        """The first scene, as plain data."""

    def __call__(self, event: Event) -> None:
        """Shows one event."""
        if isinstance(event, Began):
            self._began(event)
        elif isinstance(event, Decided):
            self._decided(event.decision, event.seconds)
        elif isinstance(event, Executed):
            self._executed(event)
        elif isinstance(event, Answered):
            self._say(Text.assemble(("  person: ", "bold"), event.answer))
        elif isinstance(event, Ended):
            self._ended(event.episode)

    def _say(self, text: Text) -> None:
        self._console.print(text, soft_wrap=True)

    def _began(self, event: Began) -> None:
        self.start = event.state.to_dict()
        self._say(Text.assemble(("instruction: ", "bold"), event.instruction))
        self._say(Text.assemble(("scene: ", "bold"), ", ".join(event.state.names)))
        goal = event.task.goal if event.task.feasible else "to refuse, with nothing moved"
        self._say(Text.assemble(("goal: ", "bold"), goal or "not known; nobody will judge the end"))

    def _decided(self, decision: Decision, seconds: float) -> None:
        rationale = decision.rationale
        self.decisions.append(_plain_data(decision, seconds))
        if isinstance(decision, Act):
            self._steps += 1
            header, chosen = f"{self._steps}. {decision.call}", str(decision.call)
        elif isinstance(decision, Ask):
            header, chosen = f"asks: {decision.question}", ""
        else:
            header, chosen = f"{'done' if isinstance(decision, Finish) else 'refuses'}: {decision.reason}", "done()"
        timing = f"  ({seconds:.2f} s{f', {rationale.note}' if rationale.note else ''})"
        self._console.print()
        self._say(Text.assemble((header, "bold cyan"), (timing, "dim")))
        if any(c.language is not None or c.feasibility is not None for c in rationale.candidates):
            self._console.print(_table(rationale, chosen))

    def _executed(self, event: Executed) -> None:
        record = event.record
        mark = Text("  ok: ", "green") if record.succeeded else Text(f"  {record.reason}: ", "red")
        times = f"  ({record.sim_seconds:.1f} s simulated, {record.cpu_seconds:.2f} s of processor)"
        for happened in event.disturbances:
            self._say(Text.assemble(("  disturbance: ", "yellow"), happened))
        self._say(Text.assemble(mark, record.message, (times, "dim")))

    def _ended(self, episode: Episode) -> None:
        self._console.print()
        for condition, holds in episode.goal.items():
            self._say(Text.assemble(("  yes ", "green") if holds else ("  no  ", "red"), condition))
        verdict = {
            True: ("carried out", "bold green"),
            False: ("not carried out", "bold red"),
            None: ("no verdict", "bold"),
        }
        ending = f": the planner {_ENDINGS[episode.ended_by]} after {len(episode.steps)} calls, {episode.seconds:.1f} s"
        self._say(Text.assemble(verdict[episode.success], ending))
        if episode.error is not None:
            self._say(Text.assemble(("  raised: ", "red"), episode.error))


def _table(rationale: Rationale, chosen: str) -> Table:
    """The best candidates, and the chosen one if it is not among them."""
    listed = list(rationale.candidates[:SHOWN])
    listed += [c for c in rationale.candidates[SHOWN:] if c.text == chosen]
    table = Table(box=None, padding=(0, 1), header_style="dim")
    table.add_column()
    table.add_column("candidate", no_wrap=True)
    for name in ("language", "feasible", "score"):
        table.add_column(name, justify="right", no_wrap=True)
    for c in listed:
        mark, style = (">", "") if c.text == chosen else ("", "dim")
        table.add_row(mark, c.text, _number(c.language), _number(c.feasibility), _number(c.score), style=style)
    return table


def _number(value: float | None) -> str:
    return "" if value is None else f"{value:.3f}"


def _plain_data(decision: Decision, seconds: float) -> dict[str, Any]:
    said = {
        Act: lambda d: str(d.call),
        Ask: lambda d: d.question,
        Finish: lambda d: d.reason,
        Refuse: lambda d: d.reason,
    }
    return {
        "kind": type(decision).__name__.lower(),
        "said": said[type(decision)](decision),
        "candidates": [_candidate(c) for c in decision.rationale.candidates],
        "note": decision.rationale.note,
        "seconds": seconds,
    }


def _candidate(candidate: Candidate) -> dict[str, Any]:
    return {name: getattr(candidate, name) for name in candidate.__dataclass_fields__}
