"""The rules that data are held against: one row a rule, with its stable id, a sentence and the remedy.

An id is a promise: scripts filter on it. `E-` stops a run, `W-` is in the
report, `N-` says what was understood. `docs/checks.md` is made from here.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache

from cartpk.findings import Finding, Severity, visible
from cartpk.language import Phrase, phrase

__all__ = ["RULEBOOK", "RULE_GROUPS", "DataRule", "finding", "to_markdown"]

_SEVERITIES: Mapping[str, Severity] = {"E": "error", "W": "warning", "N": "note"}


@dataclass(frozen=True, slots=True)
class DataRule:
    """One rule: what is found (`sentence`), what to do (`remedy`) and, where it needs telling, how it is judged."""

    id: str
    sentence: str
    remedy: str
    judged: str = ""

    @property
    def severity(self) -> Severity:
        """What the id's first letter says."""
        return _SEVERITIES[self.id[0]]


RULE_GROUPS: Mapping[str, tuple[DataRule, ...]] = {
    "The file as a whole": (
        DataRule("E-FILE-EMPTY", "The file holds nothing.", "Export the data again."),
        DataRule("E-FILE-HEADER-ONLY", "The file has a header but no row of data.", "Export the data again."),
        DataRule("E-FILE-NOT-TEXT", "The file is not a text file.", "Save it as CSV (UTF-8) or give the .xlsx itself."),
        DataRule("E-FILE-ENCODING", "The bytes are neither UTF-8 nor GB18030.", "Save it as CSV (UTF-8), or name the encoding in the plan: [input] encoding."),
        DataRule("N-FILE-ENCODING", "The file is not UTF-8 and was read as GB18030.", "Nothing to do if the text reads well; else name the encoding in the plan: [input] encoding.",
                 "Almost any bytes are some text in GB18030. The finding shows the first text beyond ASCII as it was read."),
        DataRule("W-FILE-ENCODING", "Names hold letters beyond ASCII, and it is a guess that the file is GB18030.", 'Name the encoding in the plan, as [input] encoding = "latin-1" or "gb18030", and look at the names.',
                 "A subject id, an assay or a header with letters beyond ASCII that are not common Chinese (in GB 2312, half of them of its first level), while no header is a Chinese name of one of our columns or one that the plan names."),
        DataRule("E-FILE-WIDE", "The table has one column a visit; one row a sample is expected.", "Let cartpk init write a plan that says which column is which day, or reshape it to the columns subject_id, time, value, unit.",
                 "A visit's number is not a day, and a month may be 28 or 30 days, so a wide sheet is read only as the plan says ([[input.wide]])."),
        DataRule("N-FILE-WIDE", "A table with one column a visit was read as the plan says; its times are the planned days.", "Nothing to do; give actual times in a table with one row a sample if there are any."),
        DataRule("E-XLSX-UNREADABLE", "The workbook cannot be opened.", "Open it in Excel and save it as .xlsx without a password."),
        DataRule("E-XLSX-NOT-PLAIN", "The sheet is not a plain table of typed cells.", "Copy the table as values to a sheet of its own.",
                 "Merged and hidden cells, rows without height and columns without width, cells struck through (or a part of their text), white on white, with raised digits among numbers; formulas without a stored result, "
                 "that ask another file or the day's date, or in a workbook that is worked out by hand; errors, dates and TRUE or FALSE where a number or a name is needed; "
                 "numbers and texts shown otherwise than they are stored, or not shown; rows of totals; cells beside the table."),
        DataRule("E-XLSX-SHEET", "It is not clear which sheets of the workbook are meant.", "Name the sheet in the plan, as cartpk init proposes it: [input] sheet, or sheet in each block of [[input.wide]].",
                 "More than one sheet holds something and the plan names none; the plan names one that is not there; blocks of [[input.wide]] name some sheets, and another one holds a column of subjects."),
        DataRule("N-XLSX-SHEET", "A sheet that the plan does not name holds something and is not read.", "Nothing to do if it holds no samples.", "One finding a sheet, hidden ones too."),
        DataRule("W-XLSX-ZEROS", "Names are stored as numbers and shown with leading zeros; they were read as shown.", "Nothing to do if the ids are right; store ids as text.",
                 "Whole numbers in a column of ids or names, by a format of zeros alone: 7 shown by 000 is 007. One finding a column."),
        DataRule("W-XLSX-FORMULA", "Cells are formulas; the results that the file stores were read.", "Look whether they are up to date, or copy them as values.",
                 "A formula without a stored result is an error, and one whose result may be an old one. One finding a column."),
        DataRule("W-XLSX-COMMENT", "Cells have comments, which are not read.", "Look whether one takes its result back; exclude such a sample in the plan with a reason.", "One finding a column."),
        DataRule("E-XPT-UNREADABLE", "The SAS transport file cannot be read.", "Transfer it again in binary, as a version 5 or 8 transport file with one data set.",
                 "The file must be whole 80-byte cards, and after the last whole record only blanks may follow. The format does not state how many records there are (version 8 does, and it is compared), "
                 "so a file cut exactly between two records and two cards cannot be told from a shorter one."),
        DataRule("E-PARQUET-UNREADABLE", "The Parquet file cannot be read.", "Write it again."),
        DataRule("E-CELL-TYPE", "The type of a column cannot stand where the column is needed.", "Store ids and names as text, results and times as numbers."),
    ),
    "Header and shape": (
        DataRule("E-COLUMN-MISSING", "A required column is missing.", "Add it, or name yours in the plan: [input] columns."),
        DataRule("E-COLUMN-DOUBLED", "Two columns have the same meaning.", "Remove one, or name the right one in the plan: [input] columns."),
        DataRule("E-COLUMN-RESERVED", "A covariate has the name of a column of the results.", "Rename the column."),
        DataRule("N-COLUMN-ALIAS", "A column was recognised by another of its names.", "Nothing to do; name yours in the plan if it is wrong."),
        DataRule("E-ROW-RAGGED", "A row has more or fewer cells than the header.", "Look for a stray delimiter, or quote the cell that holds one."),
        DataRule("E-ROW-QUOTE", "A quote is opened and not closed.", "Close the quote or remove it."),
        DataRule("E-ROW-NOT-DATA", "A row is a title, a footnote or a repeated header, not data.", "Remove it from the file, or name the table's rows in the plan: header_row and last_row."),
        DataRule("E-ROW-HEADER", "The row that the plan names as the header holds none.", "Correct header_row in the plan; rows are counted as an editor shows them, from 1."),
        DataRule("N-ROW-PASSED", "Rows outside the table that the plan names are not read.", "Nothing to do if they are titles and footnotes.",
                 "Rows above header_row or below last_row, of one text each where they stand below a header. One finding a sheet."),
        DataRule("W-ROW-PASSED", "Rows outside the table that the plan names hold more than one text and are not read.", "Correct last_row in the plan if they are samples.",
                 "Rows below a header and outside every table that the plan names: totals, legends, or samples that were added. One finding a sheet."),
    ),
    "Numbers": (
        DataRule("E-NUMBER-THOUSANDS", "A number has thousands separators.", "Write it without them."),
        DataRule("W-NUMBER-THOUSANDS", "Every decimal sign has three digits after it, as if it separated thousands.", "Check one number against the laboratory's report; write thousands without a sign.",
                 "Judged for each assay of a text file: no number is written in another way, such as 12.5, 0.125 or 1250, and none is 1000 or more."),
        DataRule("E-NUMBER-DECIMAL-COMMA", "A number has a decimal comma that the plan does not declare.", 'Declare it in the plan: [input] decimal = ",".'),
        DataRule("E-NUMBER-NOT-A-NUMBER", "The text is not a number.", "Write a plain number such as 12.5 or 1.25e4."),
        DataRule("E-NUMBER-NOT-FINITE", "Infinity and NaN are not results.", "Leave the cell blank where there is no result."),
        DataRule("E-NUMBER-OUT-OF-RANGE", "The number is too large or too small to be a measurement.", "Check the exponent.",
                 "Above 1e30 or, not being 0, below 1e-30, whatever the sign: results, limits, doses, times. Beyond, areas and squares leave the range of numbers."),
        DataRule("E-NUMBER-FOREIGN-DIGITS", "The number has full-width digits, underscores or digits of another script.", "Write it with the digits 0 to 9."),
    ),
    "Values and limits": (
        DataRule("E-VALUE-NEGATIVE", "A concentration cannot be negative.", "Correct it, or write BLQ with the LLOQ if that is what it means."),
        DataRule("E-VALUE-ULOQ", "The result is above the upper limit of quantification, so its size is not known.", "Give the result of the diluted sample, or exclude the sample in the plan with a reason."),
        DataRule("W-VALUE-MISSING", "The sample has no result.", "Nothing to do if none was obtained; the row stays in the listing.",
                 "One finding a row. A row that the plan excludes is listed as excluded instead."),
        DataRule("W-VALUE-BELOW-LLOQ", "A number is below its sample's LLOQ and is treated as BLQ.", "Nothing to do; the listing shows it as reported.",
                 "One finding a row. A 0 beside an LLOQ counts; a negative number is an error of its own."),
        DataRule("W-VALUE-IMPLAUSIBLE", "The value is above what the unit can mean.", "Check the unit and the decimal point.",
                 "One copy in each diploid cell (6.6 pg of DNA) makes 151,515 copies/ug; the limit is that times the vector copy number, "
                 "read from a column `vcn` where there is one, else 1. Likewise above 100 %; above 100,000 cells/uL, more than all leukocytes "
                 "of an extreme leukocytosis; above 1e8 copies/mL x vcn, which is one copy in each of so many cells; above 10 copies/cell, or vcn."),
        DataRule("E-BLQ-WORD", "The word is not known to mean below the limit of quantification.", "Write a number, a known word such as BLQ, or add it to the plan: [input] blq_words."),
        DataRule("E-BLQ-NO-LLOQ", "A result is below the limit, but the limit is not given.", "Add a column lloq, write <50 (the limit itself), or give it in the plan: [input] lloq.",
                 "Judged row by row: the limit of another sample is not borrowed, since limits change during a study."),
        DataRule("N-LLOQ-FROM-TEXT", "The limit was taken from the text of the result.", "Nothing to do."),
        DataRule("E-LLOQ-CONTRADICTS", "The limit in the result's text is not the one in the LLOQ column.", "Correct one of the two."),
        DataRule("E-LLOQ-NOT-POSITIVE", "A limit of quantification must be above 0.", "Correct it, or leave it blank where there is none."),
    ),
    "Units and assays": (
        DataRule("E-UNIT-MISSING", "A sample with a result has no unit.", "Fill in the unit."),
        DataRule("E-UNIT-UNKNOWN", "The unit is not one that cartpk knows.", "Use cells/uL, cells/mL, 10^6/L, copies/ug gDNA, copies/mL, copies/cell or %."),
        DataRule("E-UNIT-MIXED", "One assay has more than one unit.", "Correct the unit, name the assays apart, or convert in the plan: [input] units.",
                 "One finding for each unit beside the most frequent one, at its first row."),
        DataRule("E-UNIT-ASSAY", "The unit does not fit the assay.", "Correct the unit, or give the assay a name that says what it measures.",
                 "Copies by an assay named flow, FACS or cytometry; cells by an assay named PCR. Percent fits both. One finding for each assay and unit."),
        DataRule("E-ASSAY-MISSING", "There is more than one unit, so the assay of each row must be given.", "Add a column assay."),
        DataRule("E-ASSAY-ALIKE", "Assay names look the same but are not: they differ by case, spaces, invisible, full-width or look-alike characters.", "Write one assay's name one way."),
        DataRule("W-ASSAY-TYPO", "An assay that occurs seldom looks like a misspelling of another.", "Correct it if it is the same assay; else it is analysed on its own.",
                 "At most one row in twenty of the other assay's, and one letter apart; known names such as qpcr, dpcr and ddpcr never are."),
        DataRule("E-MATRIX-ALIKE", "Two names of a matrix mean the same: they look the same, or both mean blood.", "Write one matrix's name one way.",
                 "They differ by case, spaces, invisible, full-width or look-alike characters; or one assay has two of blood, whole blood, peripheral blood, venous blood and their Chinese words. "
                 "A blank is BLOOD. A profile is of one matrix, so two names would cut a course in two."),
        DataRule("W-MATRIX-TYPO", "A matrix that occurs seldom looks like a misspelling of another.", "Correct it if it is the same matrix; else it is analysed on its own.",
                 "At most one row in twenty of the other's, or one or two beside six, and one letter apart."),
        DataRule("W-MATRIX-SPLIT", "Two matrices of a subject never meet in time, as if one course had two names.", "Check that they are two materials; each is analysed on its own.",
                 "Within one assay and infusion no sample of the one lies within half a day of a sample of the other. One finding for each assay and pair of matrices."),
        DataRule("N-ASSAY-UNUSED", "The plan gives a limit or a unit for an assay that the data do not have.", "Nothing to do if the plan is for several files."),
        DataRule("W-ASSAY-UNUSED", "The plan names an assay that the data do not have, and one of theirs is spelled nearly so.", "Write the assay in the plan as it stands in the data."),
        DataRule("N-UNIT-CONVERTED", "Values were converted because the plan says so.", "Nothing to do."),
    ),
    "Who": (
        DataRule("E-SUBJECT-BLANK", "A row has no subject.", "Fill in the subject id."),
        DataRule("E-SUBJECT-ALIKE", "Ids look the same but are not: they differ by case, spaces, invisible, full-width or look-alike characters.", "Write one person's id one way.",
                 "Ids are compared after Unicode's compatibility normalisation, without case, spaces and invisible characters, every dash as -, "
                 "and Cyrillic and Greek capitals as the Latin letters they look like. One finding for each rarer spelling."),
        DataRule("W-SUBJECT-TYPO", "An id that occurs once or twice looks like a misspelling of another.", "Correct it if it is the same person; else it is analysed on its own.",
                 "The other id has at least four rows and three times as many. O for 0, l or I for 1, a lost leading zero, a lost or changed separator; or one letter added, lost, "
                 "changed or two swapped in a word of three letters or more that no other id has. Other digits are another person: S01 and S02 never look alike."),
        DataRule("N-SUBJECT-FORMULA", "An id begins like a spreadsheet formula.", "Nothing to do; workbooks hold it as text. Import a CSV as text, do not open it by double click."),
    ),
    "When": (
        DataRule("E-TIME-BLANK", "A sample has no time.", "Fill in the days after infusion."),
        DataRule("E-TIME-DATE", "The time is a date; days after infusion are expected.", "Give days after infusion."),
        DataRule("E-TIME-SERIAL", "The times look like Excel's day numbers, not days after infusion.", "Subtract the day number of the infusion.",
                 "Times from 20,000 to 80,000 (the years 1954 to 2119). One finding for each subject and file, at its first row."),
        DataRule("E-TIME-FAR", "A time is decades away from the infusion.", "Give days after infusion.",
                 "More than 10,000 days (27 years) before or after, and not one of Excel's day numbers."),
        DataRule("E-TIME-UNIT", "The file says that its times are not in days.", "Convert the times to days after infusion, and name the column so.",
                 "The header of the time column names minutes, hours, weeks, months or years (`time_h`, `Time (weeks)`), or a column of time units "
                 "(RRLTU, time_unit) does, or times stand to the visits as weeks do (Day 28 at time 4)."),
        DataRule("E-TIME-HOURS", "The times look like hours; days after infusion are expected.", "Divide by 24.",
                 "Either the visits say so: a subject has times of three or more planned days (named Day N or Week N, or in time_nominal), every one of them 24 times that day "
                 "and none of them that day. Or the numbers alone do: in one file at least nine in ten of the distinct times after the infusion lie within an hour of a "
                 "multiple of 24 or on the first day, at least four multiples occur, two of 24, 48, 72 and 96 among them, and the last is at least 168. A file in days would have to have "
                 "samples on days 24 and 48 and none on days 28, 30, 42, 56, 60 or 90. Follow-up of every 24 weeks (days 168, 336, ...) alone does not trip it. "
                 "Or, where the first days were not sampled: there are five distinct times or more, all within an hour of a multiple of 24, the last at least 336, three of them at 24 times a usual day (1 to 5, 7, 10, 14, 21, 28, 42, 56, 60, 90), and they are not all multiples of 120 or of 168, as follow-up every four months or 24 weeks is. A file in days would have no sample in its first 22 days."),
        DataRule("W-TIME-SCALE", "Most peaks come so late that the times may not be days.", "Check that times are days after infusion.",
                 "Three subjects or more, and in more than half of the courses the highest value comes after day 60."),
        DataRule("E-TIME-DAY-ONE", "Some subjects count the day of infusion as 0, others as 1.", "Count from 0 everywhere; where the whole file counts from 1, set [input] infusion_day = 1.",
                 "A pre-dose sample at time 1; or a subject whose times stand one day beside the planned days (visits named Day N, or time_nominal) throughout the first two weeks, "
                 "day 0 or day 1 included, while other subjects' do not; or, in a file of planned days without visits, a subject whose times are the others' plus 1. Every time of a "
                 "visit named Day 0 at 1 counts too. A visit window explains none of these."),
        DataRule("W-TIME-DAY-ONE", "The times look as if the day of infusion were day 1.", "Set [input] infusion_day = 1 in the plan if it is.",
                 "Most subjects have samples on two or more of days 8, 15, 22 and 29, and hardly one on day 0, 7, 14, 21 or 28."),
        DataRule("E-DATE-PARTIAL", "A date is incomplete.", "Complete it, or exclude the sample in the plan with a reason; an incomplete date is not filled in."),
        DataRule("E-DATE-ZONE", "Of the sample and the infusion one has a time zone and the other has none.", "Give both with their zone, or both without.",
                 "Two date-times that both have a zone are compared exactly, even where the zones differ."),
        DataRule("E-TIME-DURATION", "An elapsed time is not a duration in ISO 8601.", "Write weeks, days, hours, minutes or seconds, as P14D or PT12H."),
        DataRule("W-VISIT-WINDOW", "A sample was taken outside its visit's window.", "Nothing to do; the actual time is used.",
                 "The window is that of the plan ([input] visit_windows) or of the visit's name (`Day 14 ± 2`), around the planned time of the row, else the day of the visit. One finding a row."),
        DataRule("N-VISIT-DAY", "The planned days were taken from the names of the visits.", "Nothing to do; give other days in the plan: [input] visits.",
                 "Where the file has no planned times. Names that say a day and nothing else: `Day 14`, `D14 ± 2`, `Week 4` (7 days), `M3` (30 days), `第14天`. With infusion_day = 1, Day 15 is planned day 14."),
        DataRule("N-VISIT-UNMATCHED", "The name of a visit names no day.", "Give its day in the plan, [input] visits, if it has one.",
                 "Where the file has no planned time for it. One finding a name."),
        DataRule("W-VISIT-UNUSED", "The plan names a visit that the data do not have.", "Correct or remove it."),
        DataRule("W-VISIT-ALIKE", "Visits look the same but are not: they differ by case, spaces, invisible or look-alike characters.", "Write one visit's name one way; the summaries count them apart."),
        DataRule("W-VISIT-UNEVEN", "Some rows of a visit have a planned day or a name, others have none.", "Fill it in; the summaries count them as two visits.",
                 "Judged within an assay. Unscheduled samples do not count. One finding for each assay and visit."),
        DataRule("W-VISIT-NOMINAL", "A visit is named for another day than the planned one beside it.", "Correct the name or the planned day; both stand in the summaries.",
                 "A name that says a day and nothing else (`Day 14`, `Week 4`, `M3`) lies more than a day from the planned time (of weeks and months more than 7 days and a quarter), and not all such visits of the data lie equally far. "
                 "Days that the plan gives, and counting from day 1 where the plan says so, are heeded."),
        DataRule("W-VISIT-TWICE", "A subject has more than one sample at a visit, and all enter its statistics.", "Name the visits apart, as before and after the infusion, or exclude one in the plan with a reason.",
                 "Results of one course with the same visit and the same planned day. One finding for each assay and visit. Unscheduled samples stand in no visit."),
        DataRule("W-VISIT-MISSING", "Samples have neither a visit nor a planned day, and their actual times differ from subject to subject.", "Add a column visit or time_nominal.",
                 "Three subjects or more, and more than a quarter of such samples have a time that no other subject has. Parameters are not affected, summaries and figures by visit are."),
        DataRule("E-TIME-CONTRADICTS", "The time is not the one that the dates give.", "Correct one of them, or name the column of planned days in the plan: [input] columns, time_nominal.",
                 "Where a row has a time, a date-time and the infusion's date-time, the time is used. It may differ from the dates by less than a day, which the hour of the day explains "
                 "(by less than two where only one of the dates has an hour). One finding for each subject and file, at its first row."),
        DataRule("E-INFUSION-DATE", "One infusion of a subject has two date-times.", "Correct the wrong one, or number the subject's infusions in a column infusion.",
                 "All rows of a subject and infusion are compared, whatever the assay. A date without an hour is the same as one with an hour of that day. One finding for each date that is not the most frequent one."),
        DataRule("E-INFUSION", "The number of the infusion is not 1, 2, 3, ...", "Number a subject's infusions from 1."),
        DataRule("E-INFUSION-STUDY-DAYS", "The times of a further infusion look like days of the study, not days after that infusion.", "Count the days of each course from its own infusion, which is day 0.",
                 "From infusion 2 on: no sample up to day 14, and the first one is not before the last of the infusion before. Rows that the plan excludes do not count. One finding for each subject and infusion."),
    ),
    "Properties of a subject": (
        DataRule("E-COVARIATE-VARIES", "A property of a subject is not the same on all of its rows.", "Correct the rows that differ, or rename the column if it is a property of the sample.",
                 "Blanks do not count, and 1e6 is 1000000. dose, dose_unit, dose_level, lot, age, weight and response may change from one infusion to the next. One finding for each subject, column and text that differs."),
        DataRule("W-COVARIATE-ALIKE", "Two groups differ only by case, spaces or invisible characters and are counted apart.", "Write one group's name one way."),
        DataRule("E-DOSE", "A dose is not a number above 0.", "Write a plain number such as 1e6, with its unit in dose_unit; leave it blank where none is known."),
        DataRule("W-DOSE-MISSING", "A subject has no dose while others have one.", "Fill it in; parameters by dose are missing for this subject."),
        DataRule("W-DOSE-UNIT-MIXED", "Doses are given in more than one unit.", "Give all in one unit if parameters by dose are to be compared."),
    ),
    "Two rows, and the plan": (
        DataRule("W-ROW-REPEATED", "A row says again what another row says; it is counted once.", "Remove it if it should not be there.",
                 "Same subject, assay, matrix, infusion and time; same result, unit and limit. Rows without a result and rows that the plan excludes are not compared."),
        DataRule("E-ROW-CONTRADICTS", "Two rows of one subject, assay and time have different results.", "Keep one, give their actual times, or exclude one in the plan with a reason."),
        DataRule("W-EXCLUSION-UNUSED", "An exclusion of the plan matches no row.", "Correct or remove it.",
                 "A time is matched to the last digit, as the listing of samples shows it; the finding names times near it."),
    ),
    "Data standards (SDTM, ADaM)": (
        DataRule("E-CDISC-CONTRADICTS", "Two reports of one thing contradict each other.", "Correct one of them.",
                 "The original result, the standard text and the standard number (PCORRES, PCSTRESC, PCSTRESN; AVALC, AVAL) must be one result: numbers agree to the last digit of the one with fewer digits and within half a percent, "
                 "after conversion where the units are known. A number beside a text below the limit may be 0 or below the limit: then the text counts. In a file of no standard a column of numbers and one of texts (value and value_text, AVAL and AVALC) are held together likewise; where one is blank the other counts. PCSTAT NOT DONE stands beside no result. A reference time is the start of an infusion in EX."),
        DataRule("E-CDISC-REFERENCE", "It is not known which infusion a time counts from.", "Give PCRFTDTC for each sample, or the columns infusion and time of its own course."),
        DataRule("E-CDISC-LINK", "A subject does not have exactly the record in DM or EX that its samples need.", "Give one DM record a subject, and in EX one record for each infusion of cells."),
        DataRule("E-CDISC-DAY-ZERO", "A study day is 0, and study days (--DY, ADY) have no day 0.", "Derive it again: the first day is 1, the day before is -1."),
        DataRule("E-CDISC-FLAG", "A flag is neither Y, N nor blank.", "Correct it."),
        DataRule("W-CDISC-EXCLUDED", "A flag in the file leaves a record out.", "Nothing to do; the record stays in the listing with the reason.",
                 "NCAXFL is Y, with the reasons of NCA1XRS and so on; or DTYPE says that the record is derived from others."),
        DataRule("N-CDISC-BLQ-NUMBER", "A number that stands for a result below the limit is not used.", "Nothing to do; the rule for results below the limit is the plan's."),
    ),
    "A course as a whole": (
        DataRule("W-COURSE-NO-SAMPLE", "A course has no result after the infusion.", "Check whether rows are missing from the file."),
        DataRule("W-COURSE-PRE-INFUSION", "A sample at or before the infusion is quantifiable.", "Check for earlier treatment, contamination or a wrong time.",
                 "Time 0 or less. Such a sample gives no Cmax; the last one within 30 days stands for the value at time 0."),
        DataRule("W-COURSE-LATE-PEAK", "A value after the peak window is higher than all in it.", "It is given as late_peak, not as Cmax; widen peak_window if it is the peak."),
        DataRule("W-COURSE-LATE-START", "A course has no result in the weeks that its areas are about.", "Check whether rows are missing; do not read Cmax or an area from day 0 off this course.",
                 "The first result after the infusion comes later than day 14, or not before the end of a horizon. Areas from day 0 to it are one straight line."),
        DataRule("W-COURSE-HORIZON", "Sampling does not reach a horizon.", "Choose a horizon that the study covers, or read the reason or flag beside the area.",
                 "Where the area is missing, extrapolated, or assumed to be 0 after the last sample. A last result in the horizon's visit window is that visit: there only an extrapolated area is told."),
        DataRule("W-COURSE-EMBEDDED-BLQ", "A result below the limit lies between quantifiable ones.", "Check the sample; the rule for embedded results is shown with the areas."),
    ),
}  # fmt: skip
"""The rules by what they are about, in the order of the documentation."""

RULEBOOK: dict[str, DataRule] = {rule.id: rule for rules in RULE_GROUPS.values() for rule in rules}
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
    """A finding of a rule in the book; `message` says this case (a phrase where a report may say it), the rule's remedy is added to it."""
    book = RULEBOOK[rule]
    remedy, whole = _said(rule)
    if message:
        whole = phrase("{message} {remedy}", message=message, remedy=remedy)
    return Finding(
        severity=book.severity,
        rule=rule,
        file=file,
        row=row,
        column=column,
        subject_id=subject_id,
        value=value,
        message=whole if whole.isprintable() else _visible(whole),
    )


@lru_cache
def _said(rule: str) -> tuple[Phrase, Phrase]:
    """The remedy of a rule, and what it finds with the remedy."""
    book = RULEBOOK[rule]
    remedy = phrase(book.remedy)
    return remedy, phrase("{message} {remedy}", message=phrase(book.sentence), remedy=remedy)


def _visible(phrased: Phrase) -> Phrase:
    """The same phrase, with what a terminal would act on written out in its values."""
    return phrase(phrased.template, **{name: _one_visible(value) for name, value in phrased.values.items()})


def _one_visible(value: object) -> object:
    if isinstance(value, tuple):
        return tuple(map(_one_visible, value))
    return _visible(value) if isinstance(value, Phrase) else visible(value) if isinstance(value, str) else value


def to_markdown() -> str:
    """The rule book as a page of the documentation, `docs/checks.md`."""
    parts = [_PAGE_HEAD]
    for title, rules in RULE_GROUPS.items():
        parts.append(f"## {title}\n")
        for rule in rules:
            judged = f"\n\n*How it is judged.* {rule.judged}" if rule.judged else ""
            parts.append(
                f"### {rule.id}\n\n{rule.sentence} *{rule.severity.capitalize()}.*\n\n**Remedy.** {rule.remedy}{judged}\n"
            )
    return "\n".join(parts)


_PAGE_HEAD = """\
# What is checked

`cartpk check` and `cartpk analyze` hold the data against every rule below and report all findings at once, each with its
file, row (as an editor shows it, header = 1), column, subject and value. An **error** stops the run and nothing is written; a **warning**
stands in the report; a **note** says what was understood. The id of a rule does not change, so scripts may filter on it.

A sample that the plan excludes is listed as excluded with its reason: what is wrong with its value is no error any more, and it is
compared with no other row. It still counts for the shape of the file, for who the subject is and for when it was taken.
"""
