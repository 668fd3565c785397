"""Plans that are wrong in one way each, beside data that are right: the line is named, and the nearest right name."""

from __future__ import annotations

from collections.abc import Iterator

from bad_inputs import BadInput
from bad_inputs.texts import table

__all__ = ["plans"]

_WRONG = {
    "no TOML": ("[nca\n", "plan.toml: is not TOML"),
    "a section that there is not": ("[nac]\n", "line 1: nac is not a key; did you mean nca?"),
    "a key that is misspelled": ('[nca]\nauc_metod = "linear"\n', "line 2: nca.auc_metod is not a key; did you mean auc_method?"),
    "a key of another section": ("[report]\ninfusion_day = 1\n", "line 2: report.infusion_day is not a key"),
    "a number where text belongs": ("[report]\nstudy = 3\n", "line 2: report.study is 3, not text, in quotes"),
    "text where a number belongs": ('[nca]\npeak_window = "28"\n', "line 2: nca.peak_window is '28', not a number"),
    "text where a list belongs": ('[report]\nby = "sex"\n', "line 2: report.by is 'sex', not a list, in brackets"),
    "a day of infusion that cannot be": ("[input]\ninfusion_day = 2\n", "line 2: input.infusion_day is 2, not 0 or 1"),
    "a decimal sign that is none": ('[input]\ndecimal = ";"\n', "line 2: input.decimal is ';', not '.' or ','"),
    "an encoding that there is not": ('[input]\nencoding = "utf-9"\n', "line 2: input.encoding is 'utf-9', not the name of a text encoding"),
    "a unit that is not known": ('[input]\nunits = { flow = "ng/mL" }\n', "line 2: input.units.flow is 'ng/mL', not one of"),
    "a limit of 0": ("[input]\nlloq = { flow = 0 }\n", "line 2: input.lloq.flow is 0"),
    "a column that is not ours": ('[input]\ncolumns = { subject = "x" }\n', "line 2: input.columns names 'subject', which is no column of ours"),
    "an exclusion without a reason": ('[[exclude]]\nsubject_id = "S1"\n', "line 1: exclude[1].reason is required"),
    "an exclusion of nothing": ('[[exclude]]\nreason = "x"\n', "line 1: exclude[1] names no sample"),
    "a method that there is not": ('[nca]\nauc_method = "log"\n', "line 2: nca.auc_method is 'log'"),
    "a format that there is not": ('[report]\nformats = ["pdf"]\n', "line 2: report.formats names 'pdf'"),
    "a model that there is not": ('[models]\nnames = ["stien"]\n', "line 2: models.names"),
    "a sheet where there is none": ('[input]\nsheet = "A"\n', "[input] sheet is 'A', and no input is a workbook"),
    "a header row that there cannot be": ("[input]\nheader_row = 0\n", "line 2: input.header_row is 0"),
    "a last row above the header": ("[input]\nheader_row = 5\nlast_row = 3\n", "last_row is 3, not below the header in row 5"),
    "a block without visits": ('[[input.wide]]\nassay = "flow"\n', "line 1: input.wide[1].visits is required"),
    "bytes that are no text": ("[report]\nstudy = 'é'\n", "line 2: not UTF-8 text"),
}  # fmt: skip


def plans() -> Iterator[BadInput]:
    """Each of them as a run of the command."""
    for name, (text, message) in _WRONG.items():
        data = text.encode("latin-1" if "UTF-8" in message else "utf-8")
        yield BadInput(f"plan: {name}", {"a.csv": table(), "plan.toml": data}, message=message)
