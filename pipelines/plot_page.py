"""The page that `dvc plots show` and `diff` fill, made from the installed packages: it draws without a network.

DVC's own page fetches Vega, Vega-Lite and Vega-Embed from the internet when it is opened. This one holds them, as the
package vl-convert-python bundles them, and the setting of this clone alone (`.dvc/config.local`) names it.
`make setup` calls `python -m pipelines.plot_page`.
"""

from pathlib import Path

from dvc.config import Config
from vl_convert import javascript_bundle

from pipelines.entry import run

PAGE = Path("plot_page.html")
"""File beside the configuration of DVC, which git ignores."""
VEGA_LITE = "5.21"
"""DVC writes its charts for Vega-Lite 5."""
SNIPPET = "window.vega = vega; window.vegaLite = vegaLite; window.vegaEmbed = vegaEmbed;"
"""The names under which DVC's charts call the three libraries."""
TEMPLATE = """<!DOCTYPE html>
<html>
<head>
<meta charset="utf-8">
{refresh_tag}
<title>TechCredit: dvc plots</title>
<script>%s</script>
<style>body { font-family: sans-serif } table { border-spacing: 15px }</style>
</head>
<body>
{plot_divs}
</body>
</html>
"""


def main(folder: Path = Path(".dvc")) -> None:
    """Write the page into the FOLDER of DVC and name it in its local configuration."""
    (folder / PAGE).write_text(page(javascript_bundle(SNIPPET, VEGA_LITE)), encoding="utf8")
    with Config(str(folder.resolve()), validate=False).edit("local") as settings:
        settings.setdefault("plots", {})["html_template"] = PAGE.name


def page(scripts: str) -> str:
    """The page with `scripts` in it; DVC puts its charts where `{plot_divs}` stands.

    Raises
    ------
    ValueError
        When the scripts would end their own element or hold a place that DVC fills.
    """
    for word in ("</script", "{plot_divs}", "{refresh_tag}"):
        if word in scripts:
            message = f"wanted scripts without {word}; the bundle has it"
            raise ValueError(message)
    return TEMPLATE % scripts


if __name__ == "__main__":
    run(main)
