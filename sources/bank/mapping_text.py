"""YAML of a mapping file: all values but true, false and null are texts.

YAML would turn 00000000 into the number 0 (and real zeros into missing ones), and 010 into 8.
"""

import yaml

from policy.guarded import StrictLoader


class TextLoader(StrictLoader):
    """Loader that keeps texts as they stand and refuses a repeated key."""


TextLoader.yaml_implicit_resolvers = {
    first: [(tag, form) for tag, form in known if tag.rsplit(":", 1)[-1] in {"bool", "null", "merge"}]
    for first, known in yaml.SafeLoader.yaml_implicit_resolvers.items()
}
