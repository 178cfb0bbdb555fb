"""Measures the chat's cost in time and money, compared with a baseline."""

import sys
from pathlib import Path

# The functions import each other as they do on Lambda.
sys.path.insert(0, str(Path(__file__).parent.parent / "functions"))
