"""The whole trip from Python: read, check, analyse, summarise, draw, and write a run folder."""

from pathlib import Path

import cartpk as ck

COUNTS = Path(__file__).parent / "data" / "sample" / "counts.csv"


def main(out: Path) -> ck.Run:
    """Analyse the sample study step by step, then as the command does, into the folder `out`."""
    samples = ck.read(COUNTS)
    findings = ck.check(samples)  # all of them at once, with their rows
    profiles = ck.Profiles.from_samples(samples, findings)  # refuses samples with errors
    results = ck.nca(profiles, ck.NcaRules(auc_method="lin-up-log-down"))

    print(samples, findings, results, sep="\n\n")
    print("AUC0-M3 of the first profile was made from rows", *results.records("auc_0_m3")[0])
    for i in range(len(results)):  # a missing value has its reason
        if reason := results.reason("auc_0_m3", i):
            print(*profiles.keys[i], reason.sentence)

    print(ck.summarize(results, by="dose_level"))
    ck.plots.individual(profiles, results, subject_id="S01")  # matplotlib Axes, to draw on or to save
    return ck.analyze(COUNTS, out=out)  # what `cartpk analyze` does


if __name__ == "__main__":
    main(Path("reports") / "example")
