"""The rules that data are held against: one row a rule, with its stable id, a sentence and the remedy.

An id is a promise: scripts filter on it. `E-` stops a run, `W-` is in the
report, `N-` says what was understood.
"""

from __future__ import annotations

from dataclasses import dataclass

from cartpk.findings import Finding, Severity

__all__ = ["RULEBOOK", "DataRule", "finding"]


@dataclass(frozen=True, slots=True)
class DataRule:
    """One rule: what must hold (`sentence`) and what to do where it does not (`remedy`)."""

    id: str
    sentence: str
    remedy: str

    @property
    def severity(self) -> Severity:
        """What the id's first letter says."""
        return {"E": "error", "W": "warning", "N": "note"}[self.id[0]]  # type: ignore[return-value]


_RULES = (
    # the file as a whole
    DataRule("E-FILE-EMPTY", "The file holds nothing.", "Export the data again."),
    DataRule("E-FILE-HEADER-ONLY", "The file has a header but no row of data.", "Export the data again."),
    DataRule("E-FILE-NOT-TEXT", "The file is not a text file.", "Save it as CSV (UTF-8) or give the .xlsx itself."),
    DataRule("E-FILE-ENCODING", "The bytes are neither UTF-8 nor GB18030.", "Save it as CSV (UTF-8), or name the encoding in the plan: [input] encoding."),
    DataRule("E-FILE-WIDE", "The table has one column a visit; one row a sample is expected.", "Reshape it to the columns subject_id, time, value, unit."),
    DataRule("E-XLSX-UNREADABLE", "The workbook cannot be opened.", "Open it in Excel and save it as .xlsx without a password."),
    DataRule("E-XLSX-NOT-PLAIN", "The sheet is not a plain table of typed cells.", "Copy the table as values to a sheet of its own."),
    # header and shape
    DataRule("E-COLUMN-MISSING", "A required column is missing.", "Add it, or name yours in the plan: [input] columns."),
    DataRule("E-COLUMN-DOUBLED", "Two columns have the same meaning.", "Remove one, or name the right one in the plan: [input] columns."),
    DataRule("E-COLUMN-RESERVED", "A covariate has the name of a column of the results.", "Rename the column."),
    DataRule("N-COLUMN-ALIAS", "A column was recognised by another of its names.", "Nothing to do; name yours in the plan if it is wrong."),
    DataRule("E-ROW-RAGGED", "A row has more or fewer cells than the header.", "Look for a stray delimiter or an unquoted one."),
    DataRule("E-ROW-QUOTE", "A quote is opened and not closed.", "Close the quote or remove it."),
    DataRule("E-ROW-NOT-DATA", "A row is a title, a footnote or a repeated header, not data.", "Remove it from the file."),
    # numbers
    DataRule("E-NUMBER-THOUSANDS", "A number has thousands separators.", "Write it without them."),
    DataRule("E-NUMBER-DECIMAL-COMMA", "A number has a decimal comma that the plan does not declare.", 'Declare it in the plan: [input] decimal = ",".'),
    DataRule("E-NUMBER-NOT-A-NUMBER", "The text is not a number.", "Write a plain number such as 12.5 or 1.25e4."),
    DataRule("E-NUMBER-NOT-FINITE", "Infinity and NaN are not results.", "Leave the cell blank where there is no result."),
    DataRule("E-NUMBER-OUT-OF-RANGE", "The number is too large or too small to hold.", "Check the exponent."),
    DataRule("E-NUMBER-FOREIGN-DIGITS", "The number has full-width digits, underscores or digits of another script.", "Write it with the digits 0 to 9."),
    # values
    DataRule("E-VALUE-NEGATIVE", "A concentration cannot be negative.", "Correct it, or write BLQ with the LLOQ if that is what it means."),
    DataRule("E-VALUE-ULOQ", "The result is above the upper limit of quantification, so its size is not known.", "Give the diluted result, or exclude the sample in the plan with a reason."),
    DataRule("W-VALUE-MISSING", "The sample has no result.", "Nothing to do if none was obtained; the row stays in the listing."),
    DataRule("W-VALUE-BELOW-LLOQ", "A number is below its sample's LLOQ and is treated as BLQ.", "Nothing to do; the listing shows it as reported."),
    DataRule("W-VALUE-IMPLAUSIBLE", "The value is above what the unit can mean.", "Check the unit."),
    DataRule("E-BLQ-WORD", "The word is not known to mean below the limit of quantification.", "Write a number, a known word such as BLQ, or add it to the plan: [input] blq_words."),
    DataRule("E-BLQ-NO-LLOQ", "A result is below the limit, but the limit is not given anywhere.", "Add a column lloq, write <50, or give it in the plan: [input] lloq."),
    DataRule("N-LLOQ-FROM-TEXT", "The limit was taken from the text of the result.", "Nothing to do."),
    DataRule("E-LLOQ-CONTRADICTS", "The limit in the result's text is not the one in the LLOQ column.", "Correct one of the two."),
    DataRule("E-LLOQ-NOT-POSITIVE", "A limit of quantification must be above 0.", "Correct it, or leave it blank where there is none."),
    # units and assays
    DataRule("E-UNIT-MISSING", "A sample with a result has no unit.", "Fill in the unit."),
    DataRule("E-UNIT-UNKNOWN", "The unit is not one that cartpk knows.", "Use cells/uL, cells/mL, 10^6/L, copies/ug gDNA, copies/mL, copies/cell or %."),
    DataRule("E-UNIT-MIXED", "One assay has more than one unit.", "Name the assays apart, or convert in the plan: [input] units."),
    DataRule("E-UNIT-ASSAY", "The unit does not fit the assay.", "Check the unit and the assay's name."),
    DataRule("E-ASSAY-MISSING", "There is more than one unit, so the assay of each row must be given.", "Add a column assay."),
    DataRule("N-UNIT-CONVERTED", "Values were converted because the plan says so.", "Nothing to do."),
    # who and when
    DataRule("E-SUBJECT-BLANK", "A row has no subject.", "Fill in the subject id."),
    DataRule("E-SUBJECT-ALIKE", "Ids differ only by case, spaces or invisible characters.", "Write one person's id one way."),
    DataRule("W-SUBJECT-TYPO", "An id that occurs once looks like a misspelling of another.", "Correct it if it is the same person."),
    DataRule("W-ASSAY-TYPO", "An assay that occurs seldom looks like a misspelling of another.", "Correct it if it is the same assay."),
    DataRule("E-ASSAY-ALIKE", "Assay names differ only by case, spaces or invisible characters.", "Write one assay's name one way."),
    DataRule("N-SUBJECT-FORMULA", "An id begins like a spreadsheet formula.", "Nothing to do; workbooks hold it as text."),
    DataRule("E-TIME-BLANK", "A sample has no time.", "Fill in the days after infusion."),
    DataRule("E-TIME-DATE", "The time is a date; days after infusion are expected.", "Give days after infusion."),
    DataRule("E-TIME-SERIAL", "The times look like Excel's day numbers, not days after infusion.", "Give days after infusion."),
    DataRule("E-TIME-HOURS", "The times look like hours; days after infusion are expected.", "Divide by 24."),
    DataRule("E-TIME-DAY-ONE", "Some subjects count the day of infusion as 0, others as 1.", "Count from 0 everywhere, or set [input] infusion_day."),
    DataRule("E-INFUSION", "The number of the infusion is not 1, 2, 3, ...", "Number a subject's infusions from 1."),
    DataRule("E-COVARIATE-VARIES", "A property of a subject is not the same on all of its rows.", "Correct the rows that differ."),
    DataRule("W-ROW-REPEATED", "A row says again what another row says; it is counted once.", "Remove it if it should not be there."),
    DataRule("E-ROW-CONTRADICTS", "Two rows of one subject, assay and time have different results.", "Keep one, or exclude the other in the plan with a reason."),
    DataRule("W-EXCLUSION-UNUSED", "An exclusion of the plan matches no row.", "Correct or remove it."),
    # a course as a whole
    DataRule("W-COURSE-NO-SAMPLE", "A course has no sample after the infusion.", "Check whether rows are missing from the file."),
    DataRule("W-COURSE-PRE-INFUSION", "A sample before the infusion is quantifiable.", "Check for earlier treatment or contamination; its value is used at time 0 where it is the last one."),
    DataRule("W-COURSE-LATE-PEAK", "A value after the peak window is higher than Cmax.", "It is given as late_peak; widen peak_window if it is the peak."),
    DataRule("W-COURSE-HORIZON", "Sampling does not reach a horizon.", "Choose a horizon that the study covers, or read the reason beside the missing area."),
    DataRule("W-COURSE-EMBEDDED-BLQ", "A result below the limit lies between quantifiable ones.", "Check the sample; the rule for embedded results is shown with the areas."),
)  # fmt: skip

RULEBOOK: dict[str, DataRule] = {rule.id: rule for rule in _RULES}
"""Every rule, by its id."""


def finding(
    rule: str,
    message: str = "",
    *,
    file: str = "",
    row: int | None = None,
    column: str = "",
    subject_id: str = "",
    value: str = "",
) -> Finding:
    """A finding of a rule in the book; `message` says this case, the rule's remedy is added to it."""
    book = RULEBOOK[rule]
    return Finding(
        severity=book.severity,
        rule=rule,
        file=file,
        row=row,
        column=column,
        subject_id=subject_id,
        value=value,
        message=f"{message or book.sentence} {book.remedy}",
    )
