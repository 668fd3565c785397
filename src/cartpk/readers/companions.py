"""SDTM DM and EX beside the samples: who the subjects are, and when and how much they were given."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from cartpk.findings import Finding, quoted
from cartpk.language import phrase
from cartpk.readers.aliases import folded_header
from cartpk.readers.isodates import iso_moments
from cartpk.readers.sheet import Column, Sheet
from cartpk.readers.standard import StandardTable
from cartpk.readers.typed import column_of_texts
from cartpk.rulebook import finding

__all__ = ["Companions", "domain_of"]

_OF_DM = ("ACTARM", "ARM", "SEX", "AGE")
_OF_EX = ("EXDOSE", "EXDOSU", "EXLOT")


def domain_of(sheet: Sheet) -> str:
    """``DM`` or ``EX`` where a sheet is one of the two, else nothing."""
    names = {folded_header(h).upper() for h in sheet.header}
    if "USUBJID" not in names or any(n.endswith("TESTCD") or n == "PARAMCD" for n in names):
        return ""
    if names & {"EXDOSE", "EXSTDTC"} and names & {"EXTRT", "EXSTDTC"} and not names & {"AVAL", "PCSTRESN", "VALUE"}:
        return "EX"
    return "DM" if names & {"RFSTDTC", "RFXSTDTC"} and names & {"ARM", "ACTARM", "ARMCD"} else ""


Record = dict[str, str]


@dataclass(frozen=True, slots=True)
class Companions:
    """What DM and EX say: subject -> record of DM; subject -> records of EX, in order of their start."""

    dm: dict[str, Record] = field(default_factory=dict)
    ex: dict[str, list[Record]] = field(default_factory=dict)
    given: frozenset[str] = frozenset()
    findings: tuple[Finding, ...] = ()

    @classmethod
    def of(cls, sheets: Iterable[tuple[str, str, Sheet]]) -> Companions:
        """What (file, domain, sheet) hold."""
        dm: dict[str, Record] = {}
        ex: dict[str, list[Record]] = {}
        findings: list[Finding] = []
        given = set()
        for file, domain, sheet in sheets:
            given.add(domain)
            for record in _records(sheet):
                who = record.get("USUBJID", "")
                if domain == "EX":
                    ex.setdefault(who, []).append(record)
                elif who in dm:
                    message = f"Subject {quoted(who)} has two records in DM."
                    findings.append(_told(message, file, record, "USUBJID"))
                else:
                    dm[who] = record
            findings += _two_treatments(file, sheet) if domain == "EX" else []
        for records in ex.values():
            records.sort(key=lambda r: (_seconds(r.get("EXSTDTC", "")), r.get("EXSTDTC", "")))
        return cls(dm, ex, frozenset(given), tuple(findings))

    def join(self, table: StandardTable, prefix: str) -> None:
        """Put beside the samples what they lack: arm, sex, age, dose, and the infusion's date-time."""
        subjects = table.column("USUBJID")
        self._tell_strangers(table, subjects)
        course, start = self._courses(table, subjects, f"{prefix}RFTDTC")
        wanted = folded_header(table.rules.columns.get("infusion_datetime", "")).upper()  # RFXSTDTC, by the plan's word
        for name in (*_OF_DM, wanted):
            if name and not table.has(name) and any(name in r for r in self.dm.values()):
                _put(table, name, [self.dm.get(s, {}).get(name, "") for s in subjects.texts], subjects)
        for name in _OF_EX:
            if not table.has(name) and any(name in r for records in self.ex.values() for r in records):
                cells = [self._of_course(s, k, name) for s, k in zip(_spread(subjects), course, strict=True)]
                table.put(name, column_of_texts(cells, len(cells)))
        if start is not None:
            table.put("infusion start", column_of_texts(start, len(start)))
            table.means("infusion_datetime", "infusion start")
        if max(course, default=1) > 1 and not table.has("infusion"):
            table.put("infusion", column_of_texts(map(str, course), len(course)))
            table.notes.append(
                phrase("Infusions are numbered by their date-time ({column}).", column=f"{prefix}RFTDTC")
            )

    def _of_course(self, subject: str, course: int, name: str) -> str:
        records = self.ex.get(subject, [])
        return records[course - 1].get(name, "") if course <= len(records) else ""

    def _tell_strangers(self, table: StandardTable, subjects: Column) -> None:
        """Subjects with samples and without a record in DM or EX."""
        first = dict(zip(reversed(_spread(subjects)), range(len(subjects.codes) - 1, -1, -1), strict=True))
        for domain, known in (("DM", self.dm.keys()), ("EX", self.ex.keys())):
            if domain in self.given:
                rows = sorted(row for who, row in first.items() if who.strip() and who not in known)
                table.tell("E-CDISC-LINK", rows, "USUBJID", f"The subject has samples and no record in {domain}.")

    def _courses(self, table: StandardTable, subjects: Column, name: str) -> tuple[list[int], list[str] | None]:
        """The number of the infusion of each row, and its start where the samples do not give it."""
        who = _spread(subjects)
        if table.has(name):
            return self._by_reference(table, who, name), None
        several = {s for s, records in self.ex.items() if len(records) > 1}
        rows: dict[str, int] = {}
        for row, subject in enumerate(who):
            if subject in several:
                rows.setdefault(subject, row)
        message = (
            f"The subject has several records in EX, and without {name} it is not known which one a sample belongs to."
        )
        table.tell("E-CDISC-REFERENCE", rows.values(), "USUBJID", message)
        start = self._starts()
        return [1] * len(who), [start.get(s, "") for s in who] if start else None

    def _starts(self) -> dict[str, str]:
        """The start of each subject's one infusion, of EX; the first exposure of DM may be another treatment's."""
        return {s: records[0].get("EXSTDTC", "") for s, records in self.ex.items()}

    def _by_reference(self, table: StandardTable, who: Sequence[str], name: str) -> list[int]:
        """Infusions numbered by the order of their references within a subject; held against EX where it is given."""
        reference = table.column(name)
        texts = _spread(reference)
        starts: dict[str, dict[str, float]] = {}
        for subject, text in dict.fromkeys(zip(who, texts, strict=True)):
            if text.strip():
                starts.setdefault(subject, {})[text] = _seconds(text)
        number = {s: self._numbered(s, found) for s, found in starts.items()}
        course = [number.get(s, {}).get(t, 1) for s, t in zip(who, texts, strict=True)]
        if "EX" in self.given:
            stray: dict[tuple[str, str], int] = {}
            for row, (subject, text, k) in enumerate(zip(who, texts, course, strict=True)):
                if subject in self.ex and text.strip() and not k:
                    stray.setdefault((subject, text), row)
            message = "The reference is not the start of any infusion of the subject in EX."
            table.tell("E-CDISC-CONTRADICTS", stray.values(), name, message)
        return [k or 1 for k in course]

    def _numbered(self, subject: str, found: dict[str, float]) -> dict[str, int]:
        """Reference -> number of the infusion; 0 where EX has no such start."""
        if subject not in self.ex:
            order = sorted(set(found.values()))
            return {text: order.index(at) + 1 for text, at in found.items() if at == at} | {t: 1 for t, a in found.items() if a != a}  # fmt: skip
        starts = [r.get("EXSTDTC", "") for r in self.ex[subject]]
        return {text: next((k for k, s in enumerate(starts, 1) if _same_start(text, s)), 0) for text in found}


def _same_start(one: str, other: str) -> bool:
    """Whether two references are one moment; a date alone is the same as a time on that day."""
    a, b = iso_moments([one]), iso_moments([other])
    if a.fault[0] or b.fault[0]:
        return one.strip() == other.strip()
    if a.timed[0] and b.timed[0]:
        return bool(a.seconds[0] == b.seconds[0]) and bool(a.zoned[0] == b.zoned[0])
    return one.strip()[:10] == other.strip()[:10]


def _seconds(text: str) -> float:
    return float(iso_moments([text]).seconds[0])


def _records(sheet: Sheet) -> Iterable[Record]:
    names = [folded_header(h).upper() for h in sheet.header]
    columns = [_spread(c) for c in sheet.columns]
    for row, cells in enumerate(zip(*columns, strict=True)):
        yield {**dict(zip(names, cells, strict=True)), "#": str(int(sheet.record[row]))}


def _spread(column: Column) -> list[str]:
    texts = column.texts
    return [texts[c] for c in column.codes.tolist()]


def _put(table: StandardTable, name: str, of_levels: Sequence[str], subjects: Column) -> None:
    cells = [of_levels[c] for c in subjects.codes.tolist()]
    table.put(name, column_of_texts(cells, len(cells)))


def _two_treatments(file: str, sheet: Sheet) -> list[Finding]:
    """EX with more than one treatment: which one is the cells is not guessed."""
    treatments: dict[str, Record] = {}
    for record in _records(sheet):
        treatments.setdefault(record.get("EXTRT", "").strip().upper(), record)
    if len(treatments) < 2:
        return []
    named = ", ".join(quoted(t) for t in treatments)
    message = f"EX holds more than one treatment ({named}); which one is the infusion of cells is not guessed."
    return [_told(message, file, list(treatments.values())[1], "EXTRT")]


def _told(message: str, file: str, record: Record, column: str) -> Finding:
    row, who = int(record["#"]), record.get("USUBJID", "")
    return finding("E-CDISC-LINK", message, file=file, row=row, column=column, subject_id=who, value=record.get(column, ""))  # fmt: skip
