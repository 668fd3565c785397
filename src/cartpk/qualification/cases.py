"""The reference cases, in the order of the record: to read the list is to know what is qualified."""

from __future__ import annotations

from functools import partial

from cartpk.qualification import conduct, doors, installation, nist, published, worked
from cartpk.qualification.case import Case

__all__ = ["CASES"]

CASES: tuple[Case, ...] = (
    Case(
        "installation",
        "The installed files are those of the wheel",
        "RECORD of the wheel, SHA-256 of each file",
        "the same",
        (),
        installation.installed,
        "files",
    ),
    Case(
        "winnonlin",
        "NCA, linear and linear up, log down",
        "WinNonlin 6.3 and 7.0 for R's Theoph data, as published with the tests of NonCompart",
        "half a unit of the last digit printed; what is observed, the same",
        ("theoph.csv", "theoph_winnonlin_linear.csv", "theoph_winnonlin_lin-up-log-down.csv"),
        published.winnonlin,
    ),
    Case(
        "pknca",
        "NCA with results below the limit, from a file",
        "PKNCA 0.12.1 (R 4.2.2) for a simulated CAR-T study; 2 intended differences",
        "rounding: 10⁻¹² in areas, 10⁻¹⁰ in regressions; what is observed, the same",
        ("cart_9.csv", "cart_9_pknca_linear.csv", "cart_9_pknca_lin-up-log-down.csv"),
        published.pknca,
    ),
    Case(
        "published-profiles",
        "NCA of published profiles",
        "documentation of PKNCA, tests of TcellNCA",
        "half a unit of the last digit printed",
        ("profiles.toml",),
        partial(worked.profiles, "published"),
    ),
    Case(
        "worked-profiles",
        "NCA by hand: areas, limits, reasons, flags",
        "worked out by hand and in closed form",
        "rounding: 10⁻¹²; reasons and flags the same",
        ("profiles.toml",),
        partial(worked.profiles, "worked"),
    ),
    Case(
        "statistics",
        "Descriptive statistics",
        "NIST StRD NumAcc1 to NumAcc4; closed form",
        "means 10⁻¹⁵; SD as doubles hold the data",
        ("statistics.toml",),
        worked.statistics,
    ),
    Case(
        "models",
        "Curves and areas of models",
        "Stein 2019, Ogasawara 2021: typical curves in 50-digit arithmetic",
        "10⁻¹² in closed forms; differential equations 10⁻⁹",
        ("models.toml",),
        worked.curves,
    ),
    Case(
        "nist",
        "Least squares and the last steps of a fit",
        "NIST StRD, 27 nonlinear sets from both starts, certified to 11 digits",
        "10⁻⁶ (six digits, usual for solvers); sums of squares 10⁻⁹",
        tuple(f"nist/{name}.txt" for name in nist.CURVES),
        nist.nonlinear,
    ),
    Case(
        "fits",
        "Fits, also with results below the limit",
        "linear least squares, censored likelihood in 40-digit arithmetic",
        "10⁻⁹; standard errors and limits 10⁻⁶ (derivatives by differences)",
        ("fits.toml",),
        worked.fits,
    ),
    Case(
        "doors",
        "A table as CSV, TSV, XLSX, SAS XPT",
        "the same table as plain CSV",
        "each parameter, reason, flag the same to the bit",
        ("cart_9.csv",),
        doors.doors,
        "profiles",
    ),
    Case(
        "door-parquet",
        "The same table as Parquet",
        "the same table as plain CSV",
        "each parameter, reason, flag the same to the bit",
        ("cart_9.csv",),
        doors.parquet,
        "profiles",
    ),
    Case(
        "reproducible",
        "One study analysed twice, and a figure",
        "the first of the two runs",
        "the same bytes",
        ("cart_9.csv",),
        conduct.twice,
        "files",
    ),
    Case(
        "refused",
        "A file with seven faults is refused",
        "the list of its faults; nothing is written",
        "the same row, column and rule",
        ("refused.csv", "refused_expected.csv"),
        conduct.refused,
        "findings",
    ),
)
"""Every case."""
