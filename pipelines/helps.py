"""What `--help` says, in both languages."""

from reports.texts import text


def both_languages(key: str, **values: str) -> str:
    """Text `cli.<key>` in English, then in Chinese."""
    return f"{text(f'cli.{key}', 'en', **values)} / {text(f'cli.{key}', 'zh', **values)}"
