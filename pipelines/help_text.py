"""Help of the command line in both languages."""

from reports.texts import text


def help_of(key: str, **values: str) -> str:
    """The text `cli.<key>` in English and Chinese, with `values` in its places."""
    return f"{text(f'cli.{key}', 'en', **values)} / {text(f'cli.{key}', 'zh', **values)}"
