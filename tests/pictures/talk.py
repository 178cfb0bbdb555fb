"""The conversations in the pictures."""

EARLIER = (
    ("Plan a week of simple dinners", "Monday: lentil soup. Tuesday: …"),
    ("What is a Merkle tree?", "A tree of hashes: each node is the hash of its children."),
    ("Rename my photos by date", "Use `exiftool '-FileName<DateTimeOriginal' -d %Y-%m-%d_%H%M`."),
    ("Why is the sky blue?", "Air scatters short waves of light more than long ones."),
)

TIDES = """The **moon** pulls the sea towards itself, and the earth turns underneath.

So every place meets two high tides a day:

1. one on the side that faces the moon,
2. one on the far side, where the pull is weakest.

When sun and moon pull in one line, at *new* and *full* moon, the tides are highest: """

TIDES_END = "spring tides. At half moon they work against each other, and the tides are low."

CODE = """Files are the same when their hashes are, so group them by hash.

```python
from collections import defaultdict
from hashlib import sha256
from pathlib import Path


def duplicates(folder: Path) -> list[list[Path]]:
    \"\"\"Files with the same content, in groups.\"\"\"
    groups = defaultdict(list)
    for path in folder.rglob("*"):
        if path.is_file():
            groups[sha256(path.read_bytes()).digest()].append(path)
    return [group for group in groups.values() if len(group) > 1]
```

| Files | Read | Time |
|:--|--:|--:|
| 50,000 | 800 MB | 4.2 s |

It reads each file once, so the disk decides how long it takes.
"""

LETTER = """Dear Sam,

I hope you are well. Just a friendly reminder that invoice 2031 was due last Friday.
If it is already on its way"""
