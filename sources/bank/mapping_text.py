"""YAML of a mapping file: a repeated key is an error; all values but true, false and null are texts.

YAML would turn 00000000 into the number 0 (and real zeros into missing ones), 010 into 8, and would keep the last of
two equal keys without a word.
"""

from typing import Any

import yaml


class RepeatedKeyError(yaml.YAMLError):
    """A key stands twice in one place of a YAML file."""


class TextLoader(yaml.SafeLoader):
    """Loader that keeps texts as they stand and refuses a repeated key."""

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Any, Any]:
        """Keys with their values.

        Raises
        ------
        RepeatedKeyError
            When a key stands twice; the message names it and both lines.
        """
        lines: dict[Any, int] = {}
        for key_node, _ in node.value:
            key, line = getattr(key_node, "value", None), key_node.start_mark.line + 1
            if isinstance(key, str) and key in lines:
                message = f"key {key} stands twice, in line {lines[key]} and in line {line}; keep one"
                raise RepeatedKeyError(message)
            lines[str(key)] = line
        found: dict[Any, Any] = super().construct_mapping(node, deep=deep)
        return found


TextLoader.yaml_implicit_resolvers = {
    first: [(tag, form) for tag, form in known if tag.rsplit(":", 1)[-1] in {"bool", "null", "merge"}]
    for first, known in yaml.SafeLoader.yaml_implicit_resolvers.items()
}


def load_text(text: str) -> Any:
    """Content of a YAML text.

    Raises
    ------
    yaml.YAMLError
        When it is no YAML, or a key stands twice.
    """
    return yaml.load(text, Loader=TextLoader)  # a SafeLoader
