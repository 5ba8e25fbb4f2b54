"""A batch as a stream: check, then range after range of enterprises decided and kept as a part, then all of it told."""

import shutil
from collections.abc import Generator, Mapping
from contextlib import closing
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

import pandas as pd

from features.ranges import Range
from schemas.checks import Checks
from schemas.conform import BadTableError
from schemas.gaps import unread_rows
from scoring.budget import ENGINE_LEAST, Budget, budget, held_now, memory
from scoring.bundle import Bundle
from scoring.counts import Counts, not_delivered
from scoring.fingerprints import inputs, stamps, suites, versions
from scoring.forked import forkable, scored_here
from scoring.journal import Journal, Part
from scoring.options import Options
from scoring.output import xlsx
from scoring.output.postgresql import Scores
from scoring.output.publish import digests, publish, write_plain, write_scores
from scoring.output.target import MANIFEST, SUMMARY, Target
from scoring.parts import added, made_part, read_part
from scoring.prepared import Prepared, prepared
from scoring.workers import Workers


@dataclass(frozen=True)
class Stream:
    """One run: what it reads, where it leaves the scores, the folder it works in, and how it works."""

    bundle: Bundle
    tables: Path
    target: Target
    work: Path
    database: Scores | None
    options: Options

    def run(self, extracted_on: pd.Timestamp | None, wanted: Checks) -> Counts:
        """Everything from the check to the files of the target."""
        before = stamps(self.tables)
        try:
            return self._run(extracted_on, wanted, before)
        except Exception:
            self._require_same(before)  # a table that was changed while it was read may be what went wrong
            raise

    def _run(self, extracted_on: pd.Timestamp | None, wanted: Checks, before: Mapping[str, tuple[int, ...]]) -> Counts:
        allowed = self._budget()
        several = Workers(allowed, self.bundle, self.work) if allowed.processes > 1 else None
        self.options.progress.phase("check")
        given = inputs(self.tables)
        key = self._key(given, extracted_on, wanted)
        journal = Journal(self.work, key)
        if journal.changed:
            self.options.progress.note(
                f"a run for this target was ended before with other {', '.join(journal.changed)}: it is started anew"
            )
        rejects, check = self.work / "rejects", self.work / "check"
        for folder in (rejects, check, *self.work.glob("spill-*")):
            shutil.rmtree(folder, ignore_errors=True)  # of a run that was ended: the check is made again
        with prepared(self.bundle, self.tables, check, rejects, extracted_on, wanted, allowed, several) as found:
            for sentence in found.in_memory:
                self.options.progress.note(sentence)
            if not journal.ranges:
                journal.plan([asdict(each) for each in found.ranges])
            ranges = [Range(**each) for each in journal.ranges]
            resumed = len(journal.parts)
            self._score(found, ranges, journal, before, several)
            self.options.progress.phase("write")
            parts = [journal.parts[number] for number in range(len(ranges))]
            if self.database is not None:
                self.database.require_whole(sum(part.rows for part in parts), journal.batch)
            left = [self.work / part.left for part in parts if part.left]
            rejected = found.reject(left, rejects / "applications.parquet")
        files = [(number, self.work / part.file) for number, part in enumerate(parts) if part.file]
        scores = write_scores(self.target, files, self.work)
        peak = 0 if several is None else several.peak
        counts = replace(self._counts(found, parts, rejected), parts=len(parts), resumed=resumed, peak=peak)
        beside = self.work / "beside"
        beside.mkdir(mode=0o700, exist_ok=True)
        told = {**_manifest(counts, key, self.target, scores, parts), "batch": journal.batch}
        write_plain(told, beside / MANIFEST)
        if self.options.summary is not None:
            self.options.summary(counts, beside / SUMMARY)
        publish(self.target, scores, rejects, beside, self.work)
        return counts

    def _budget(self) -> Budget:
        asked = self.options
        processes = asked.processes if forkable() else 1
        if asked.memory is None:
            whole = memory(self.bundle.schemes.memory)
            return Budget(max(ENGINE_LEAST, whole // processes), asked.part, asked.threads, processes, whole)
        return budget(asked.memory, held_now(), asked.part, asked.threads, processes)

    def _key(self, given: dict[str, Any], day: pd.Timestamp | None, wanted: Checks) -> dict[str, Any]:
        """What the scores depend on, and how they are cut into parts."""
        return {
            "tables": given,
            "versions": versions(self.bundle, self.options.run),
            "day": None if day is None else str(day.date()),
            "expectations": suites(wanted.bank),
            "memory or threads": [self.options.memory, self.options.part, self.options.processes],
            "target": [self.target.place, self.target.format],
        }

    def _require_same(self, before: Mapping[str, tuple[int, ...]]) -> None:
        """Nothing, while every table is the file that was hashed and checked: no part of another one is kept."""
        if stamps(self.tables) != before:
            message = f"wanted tables that stay the same while they are scored; a file of {self.tables} was changed"
            raise BadTableError(message)

    def _score(
        self,
        found: Prepared,
        ranges: list[Range],
        journal: Journal,
        before: Mapping[str, tuple[int, ...]],
        several: Workers | None,
    ) -> None:
        """Decide all ranges whose part is not finished yet."""
        self._require_same(before)
        sizes = [each.applications for each in ranges]
        if self.target.kind == "file" and self.target.format == "xlsx":
            xlsx.require_rows(sum(sizes))
        self.options.progress.total(sum(sizes), sum(sizes[number] for number in journal.parts))
        for part in journal.parts.values():  # what a database confirmed may be lost with it; a row is never there twice
            self._keep(part, found, journal)
        missing = [(number, one) for number, one in enumerate(ranges) if number not in journal.parts]
        if several is None or len(missing) < 2:
            scored_here()
            made = self._alone(found, missing)
        else:
            self.options.progress.phase("decide")
            made = several.parts(found.source.relations, missing)
        with closing(made):
            for number, part in made:
                self._require_same(before)
                self._keep(part, found, journal)
                journal.done(number, part)
                self.options.progress.advance(sizes[number])

    def _alone(self, found: Prepared, missing: list[tuple[int, Range]]) -> Generator[tuple[int, Part]]:
        """Number and part of the missing ranges in order, made in this process."""
        tables = found.features([one for _, one in missing])
        for number, _ in missing:
            self.options.progress.phase("features")
            yield number, made_part(next(tables), self.bundle, self.work, number, self.options.progress)

    def _keep(self, part: Part, found: Prepared, journal: Journal) -> None:
        if self.database is not None and part.file:
            self.database.keep(read_part(self.work / part.file), found.extracted_on.date(), journal.batch)

    def _counts(self, found: Prepared, parts: list[Part], rejected: int) -> Counts:
        came = next(q for q in found.quality if q.table == "applications")
        counted, beyond = added(parts)
        by_name: dict[str, Any] = counted
        scored = sum(part.rows for part in parts)
        if came.rows != scored + rejected + came.duplicates or sum(counted["decisions"].values()) != scored:
            message = (
                f"applications in {came.rows} are not scored {scored} + rejected {rejected} + identical duplicates "
                f"{came.duplicates}, each with one decision: the journal in {self.work} was changed, or this is a "
                "fault of the program; no file was written"
            )
            raise RuntimeError(message)
        return Counts(
            *(came.rows, scored, rejected, came.duplicates),
            found.extracted_on,
            tuple(found.quality),
            unread=unread_rows(self.tables),
            beyond_peers=beyond,
            unknown=found.told,
            seconds=self.options.progress.seconds(),
            not_delivered=not_delivered(self.bundle.taught, [q.table for q in found.quality]),
            **by_name,
        )


def _manifest(
    counts: Counts, key: dict[str, Any], target: Target, scores: dict[str, Path], parts: list[Part]
) -> dict[str, Any]:
    """The account of a batch as plain data."""
    files = digests(scores)
    rows = {f"part-{number:05d}": part.rows for number, part in enumerate(parts)}
    return {
        "target": target.shown,
        "format": "table" if target.kind == "database" else target.format,
        "extracted_on": str(counts.extracted_on.date()),
        "applications": {
            "rows": counts.rows_in,
            "scored": counts.scored,
            "rejected": counts.rejected,
            "duplicates": counts.duplicates,
        },
        "tables": {
            q.table: {key: asdict(q)[key] for key in ("rows", "kept", "rejected", "duplicates")} for q in counts.quality
        },
        "files": {
            name: {"rows": rows.get(name.partition(".")[0], counts.scored), "sha256": sha}
            for name, sha in files.items()
        },
        "inputs": key["tables"],
        "versions": key["versions"],
        "seconds": {name: round(value, 3) for name, value in counts.seconds.items()},
    }
