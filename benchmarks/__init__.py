"""Measures the chat's cost in time and money, beside what it is compared with."""

import sys
from pathlib import Path

# The functions import each other as they do on Lambda.
sys.path.insert(0, str(Path(__file__).parent.parent / "functions"))
