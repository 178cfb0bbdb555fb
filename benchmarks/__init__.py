"""What the chat costs, in time and money, side by side with what it is measured against."""

import sys
from pathlib import Path

# What runs on Lambda imports itself as it does there.
sys.path.insert(0, str(Path(__file__).parent.parent / "functions"))
