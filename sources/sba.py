"""SBA loans as canonical tables. Columns that were written after the decision never become features.

`term`, `chg_off_date`, `chg_off_prin_gr`, `balance_gross`, `mis_status` and the disbursement are known only later; of
these only the charge-off itself is used, as the outcome. See data/samples/sba/README.md.
"""

from pathlib import Path

import pandas as pd

EXTRACTED_ON = pd.Timestamp("2014-12-31")
"""Day the sample stands for: final outcomes of loans that were not charged off are known then."""


def tables(sample: Path) -> dict[str, pd.DataFrame]:
    """Canonical tables of the SBA sample (money in USD): enterprises, headcount, applications, outcomes.

    The sample names no borrower, so every loan is an enterprise of its own.
    """
    raw = pd.read_parquet(sample)
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
