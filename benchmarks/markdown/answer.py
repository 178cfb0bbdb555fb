"""Answers of any length, with all kinds of Markdown that models write."""

from collections.abc import Iterator
from itertools import count, islice

_CHARACTERS_A_TOKEN = 4

_SECTION = """## Section {n}

Some **bold** words, *others*, `code` and a [link](https://example.org/{n}) make paragraph {n}.
It goes on for a while, as they do, and ends here.

- first point of {n}
- second point, with **weight**
  - a point below it
- third point

```python
def section_{n}(value: int) -> str:
    # Any code will do.
    for step in range(value):
        print(f"step {{step}} of {n}")
    return "done"
```

| name | value |
|------|------:|
| one  | {n} |
| two  | `2` |

> A quotation, to end the section.

"""

_ROW = {
    "mixed": _SECTION,
    "code": 'value_{n} = call("argument", {n})  # and a comment\n',
    "list": "{n}. An item with **bold** and `code` in it.\n",
    "table": "| {n} | some text | `code` |\n",
    "paragraph": "Sentence {n} of one paragraph that never ends. ",
}

_HEAD = {"code": "```python\n", "table": "| a | b | c |\n|---|---|---|\n"}

KINDS = tuple(_ROW)


def tokens(kind: str, number: int) -> list[str]:
    return list(islice(_pieces(kind), number))


def _pieces(kind: str) -> Iterator[str]:
    yield _HEAD.get(kind, "")
    for n in count(1):
        text = _ROW[kind].format(n=n)
        for start in range(0, len(text), _CHARACTERS_A_TOKEN):
            yield text[start : start + _CHARACTERS_A_TOKEN]
