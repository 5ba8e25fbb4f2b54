"""Tables about innovation: intellectual property, technology contracts, titles and platforms."""

from schemas.declarations import Column, Lag, Table, Text
from schemas.firm import ENTERPRISE_ID, KNOWN_ON, MOST_OF_A_DEAL, date, flag, money

PATENTS = Table(
    "patents",
    Text("Intellectual property of each enterprise, one row per right", "知识产权，每项一行"),
    key=("enterprise_id", "patent_id"),
    columns=(
        ENTERPRISE_ID,
        Column("patent_id", "string", Text("Application number of the right", "申请号"), required=True),
        Column(
            "kind",
            "string",
            Text("Kind of right", "知识产权类型"),
            values=(
                "invention",
                "utility",
                "design",
                "software",
                "circuit_layout",
                "plant_variety",
                "new_drug",
                "other_class_1",
            ),
            required=True,
        ),
        date("applied_on", "Day of filing", "申请日", required=True),
        date("published_on", "Day of publication of the application", "公布日"),
        date("granted_on", "Day of grant", "授权公告日"),
        date("ended_on", "Day the right or the application ended", "权利终止日"),
        date("expires_on", "Last day of protection as stated with the right", "登记的保护期届满日"),
        flag("pct", "Filed under the PCT", "是否PCT申请"),
        flag("related", "Related to the main business", "是否与主营业务相关"),
        flag("self_developed", "Own development, not bought", "是否自主研发"),
        date("pledged_on", "Day the right was pledged", "质押登记日"),
        date("released_on", "Day the pledge was released", "质押解除日"),
        date("acquired_on", "Day the right was bought", "受让日"),
        date("transferred_on", "Day the right was sold", "转让日"),
        KNOWN_ON,
    ),
    parents={"enterprise_id": "enterprises"},
    lag=Lag(
        after="applied_on",
        months=18,
        by="kind",
        overrides={"utility": 10, "design": 8, "software": 3, "circuit_layout": 6, "plant_variety": 18, "new_drug": 18},
        never_later_than="published_on",
        source="Patent Law of the PRC, Article 34: an invention application is published 18 months after filing; "
        "other kinds become public with the grant (usual months to grant: assumption of this project).",
    ),
    ordered=(
        ("applied_on", "granted_on"),
        ("applied_on", "known_on"),
        ("granted_on", "ended_on"),
        ("pledged_on", "released_on"),
    ),
)

TECHNOLOGY_CONTRACTS = Table(
    "technology_contracts",
    Text("Registered technology contracts with the enterprise as seller", "企业作为卖方登记的技术合同"),
    key=("enterprise_id", "contract_id"),
    columns=(
        ENTERPRISE_ID,
        Column("contract_id", "string", Text("Number of the contract", "合同登记号"), required=True),
        money("amount", "Turnover of the contract", "技术合同成交额", high=MOST_OF_A_DEAL),
        Column("counterparty_id", "string", Text("Buyer", "买方编号")),
        date("signed_on", "Day of signature", "签订日", required=True),
        date("registered_on", "Day of registration", "认定登记日"),
        KNOWN_ON,
    ),
    parents={"enterprise_id": "enterprises"},
    lag=Lag(
        after="signed_on",
        months=3,
        never_later_than="registered_on",
        source="Registered within months of signature; three months is an assumption of this project.",
    ),
    ordered=(("signed_on", "registered_on"), ("signed_on", "known_on")),
)

QUALIFICATION_KINDS = (
    "hitech_enterprise",
    "technology_sme",
    "innovative_sme",
    "specialised_sme",
    "little_giant",
    "national_platform",
    "provincial_platform",
    "national_award",
    "provincial_award",
    "national_programme",
    "provincial_programme",
    "standard_led",
)

QUALIFICATIONS = Table(
    "qualifications",
    Text("Titles, platforms, awards and programmes", "资质、平台、奖励与科技计划"),
    key=("enterprise_id", "kind", "granted_on"),
    columns=(
        ENTERPRISE_ID,
        Column("kind", "string", Text("Kind of title", "资质类型"), values=QUALIFICATION_KINDS, required=True),
        date("granted_on", "Day of grant", "授予日", required=True),
        date("expires_on", "Last day of validity", "有效期止"),
        KNOWN_ON,
    ),
    parents={"enterprise_id": "enterprises"},
    lag=Lag(after="granted_on", months=0, source="Titles are announced publicly on the day of grant."),
    ordered=(("granted_on", "expires_on"), ("granted_on", "known_on")),
)
