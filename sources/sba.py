"""SBA loans as canonical tables. Columns that were written after the decision never become features.

`term`, `chg_off_date`, `chg_off_prin_gr`, `balance_gross`, `mis_status` and the disbursement are known only later; of
these only the charge-off itself is used, as the outcome. Debentures of the 504 programme are left out: this file does
not record their charge-offs. See data/samples/sba/README.md.
"""

from pathlib import Path

import pandas as pd

EXTRACTED_ON = pd.Timestamp("2014-12-31")
"""Day the sample stands for: final outcomes of loans that were not charged off are known then."""


ARC_FIRST, ARC_LAST, ARC_MOST = pd.Timestamp("2009-06-15"), pd.Timestamp("2010-09-30"), 35_000
"""First and last day and largest loan [USD] of America's Recovery Capital, guaranteed to 100 % (Recovery Act, 2009)."""


def tables(sample: Path) -> dict[str, pd.DataFrame]:
    """Canonical tables of the SBA sample (money in USD): enterprises, headcount, applications, outcomes.

    The sample names no borrower, so every loan is an enterprise of its own. Loans counted by `left_out` are not there.
    """
    raw = pd.read_parquet(sample)
    raw = raw[~debenture(raw)].reset_index(drop=True)
    ids = raw["loan_nr_chk_dgt"].astype("int64").astype("str")
    return {
        "enterprises": _enterprises(raw, ids),
        "headcount": pd.DataFrame(
            {
                "enterprise_id": ids,
                "period_end": raw["approval_date"],
                "known_on": raw["approval_date"],
                "staff": raw["no_emp"],
            }
        ),
        "applications": _applications(raw, ids),
        "outcomes": _outcomes(raw, ids),
    }


def left_out(sample: Path) -> dict[str, int]:
    """Loans of the sample that are in no table, by reason [loans]."""
    raw = pd.read_parquet(sample, columns=["gr_appv", "sba_appv", "approval_date"])
    return {"cdc_504_debenture": int(debenture(raw).sum())}


def debenture(raw: pd.DataFrame) -> pd.Series:
    """Whether each loan reads as a debenture of the 504 programme: guaranteed to 100 %, and not a loan of ARC.

    Only what was known on the day of approval decides. 504 debentures are guaranteed to 100 % (Congressional Research
    Service, R41184), loans of 7(a) in part, mostly to 50 to 90 %; the one exception in these years, ARC, is told by its
    days and its largest amount. The term, though 120 or 240 months for nearly all debentures, is rewritten after a
    default.
    """
    full = raw["sba_appv"] >= raw["gr_appv"]
    arc = raw["approval_date"].between(ARC_FIRST, ARC_LAST) & (raw["gr_appv"] <= ARC_MOST)
    return full & ~arc


def _enterprises(raw: pd.DataFrame, ids: pd.Series) -> pd.DataFrame:
    return pd.DataFrame(
        {
            "enterprise_id": ids,
            "province": raw["state"],
            # 0 means that no NAICS code was written down
            "industry": raw["naics"].where(raw["naics"] > 0).astype("Int64").astype("str"),
            "franchise": (raw["franchise_code"] > 1).astype("boolean"),
            "setting": raw["urban_rural"].map({1.0: "urban", 2.0: "rural"}),
        }
    )


def _applications(raw: pd.DataFrame, ids: pd.Series) -> pd.DataFrame:
    yes_no = {"Y": True, "N": False}
    return pd.DataFrame(
        {
            "application_id": ids,
            "enterprise_id": ids,
            "as_of": raw["approval_date"],
            "product": "SBA 7(a)",
            "amount": raw["gr_appv"],
            "exposure": raw["gr_appv"],
            "accepted": True,
            "revolving": raw["rev_line_cr"].map(yes_no).astype("boolean"),
            "simplified": raw["low_doc"].map(yes_no).astype("boolean"),
            "new_business": raw["new_exist"].map({1.0: False, 2.0: True}).astype("boolean"),
            "jobs_planned": raw["create_job"],
            "jobs_kept": raw["retained_job"],
            "lender": raw["bank"],
            "lender_province": raw["bank_state"],
            "guaranteed": raw["sba_appv"],
        }
    )


def _outcomes(raw: pd.DataFrame, ids: pd.Series) -> pd.DataFrame:
    defaulted = raw["default"] == 1
    # Paid loans that carry a charge-off date are paid; charged-off loans without one are known at the extraction.
    day = raw["chg_off_date"].where(defaulted)
    return pd.DataFrame(
        {
            "application_id": ids,
            "window_months": float("nan"),
            "window_ends_on": EXTRACTED_ON,
            "defaulted": defaulted.astype("boolean"),
            "defaulted_on": day,
            "known_on": day.fillna(EXTRACTED_ON),
            "weight": raw["weight"],
        }
    )
