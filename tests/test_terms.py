"""The dictionary of parameters."""

import re

from cartpk.terms import TERMS, horizon_terms, terms_for, unit_of

PROMISED = [
    "cmax",
    "tmax",
    "tmax_lower",
    "tmax_upper",
    "late_peak",
    "late_peak_time",
    "clast",
    "tlast",
    "tlag",
    "tfirst",
    "t_blq",
    "quantifiable_duration",
    "auc_last",
    "auc_all",
    "auc_0_28",
    "auc_0_28_pct_interp",
    "auc_0_28_pct_extrap",
    "auc_0_m3",
    "auc_0_m3_pct_interp",
    "auc_0_m3_pct_extrap",
    "auc_inf_obs",
    "auc_inf_pred",
    "auc_pct_extrap_obs",
    "auc_pct_extrap_pred",
    "lambda_z",
    "half_life",
    "lambda_z_n",
    "lambda_z_lower",
    "lambda_z_upper",
    "span",
    "r2",
    "r2adj",
    "clast_pred",
    "expansion_rate",
    "expansion_n",
    "expansion_r2",
    "doubling_time",
    "fold_expansion",
    "contraction_half_life",
    "contraction_n",
    "contraction_r2",
    "n_peaks",
    "reexpansion_start",
    "reexpansion_peak_time",
    "reexpansion_fold",
    "cmax_dn",
    "auc_0_28_dn",
    "auc_0_m3_dn",
]


def test_the_promised_parameters_are_there_in_their_order():
    assert list(TERMS) == PROMISED


def test_another_horizon_adds_its_family():
    added = [n for n in terms_for({"0_28": 28, "0_m3": 90, "0_m6": 180}) if n not in TERMS]

    assert added == ["auc_0_m6", "auc_0_m6_pct_interp", "auc_0_m6_pct_extrap", "auc_0_m6_dn"]


def test_a_cdisc_code_is_a_short_name_of_at_most_eight_letters():
    assert all(re.fullmatch(r"[A-Z][A-Z0-9]{0,7}", t.pptestcd) for t in TERMS.values())


def test_a_term_of_the_terminology_has_its_c_code_and_name_and_ours_are_marked():
    for term in TERMS.values():
        assert term.sponsor_defined == (not term.pptest), term.name
        assert re.fullmatch(r"C\d+|", term.c_code), term.name


def test_a_horizon_says_its_day():
    area = horizon_terms("0_m3", 90)[0]

    assert (area.symbol, area.label) == ("AUC0-M3 (day 90)", "Area from the infusion to day 90")
    assert horizon_terms("0_28", 28)[0].symbol == "AUC0-28"
    assert [t.symbol for t in horizon_terms("0_m3", 84)] == [
        "AUC0-M3 (day 84)",
        "AUC0-M3 (day 84), % interpolated",
        "AUC0-M3 (day 84), % extrapolated",
        "AUC0-M3 (day 84)/dose",
    ]


def test_units_follow_the_assay_and_the_dose():
    assert unit_of("conc/dose", "cells/uL", "cells/kg") == "cells/uL/(cells/kg)"
    assert unit_of("per day", "cells/uL") == "1/day"
