"""Joins screenshots to an animated GIF.

.venv/pictures/bin/python tests/pictures/animation.py docs/streaming.gif frame.png...
"""

import sys

from PIL import Image  # type: ignore[import-not-found]  # installed apart, for `make pictures` only

FIRST_MS, STEP_MS, LAST_MS = 1000, 80, 4000

target, *paths = sys.argv[1:]
screenshots = [Image.open(path).convert("RGB") for path in paths]
# One palette for every frame, or colours would flicker. The last frame shows most of them.
palette = screenshots[-1].quantize(256, dither=Image.Dither.NONE)
frames = [each.quantize(palette=palette, dither=Image.Dither.NONE) for each in screenshots]
durations = [FIRST_MS, *[STEP_MS] * (len(frames) - 2), LAST_MS]
frames[0].save(
    target, save_all=True, append_images=frames[1:], duration=durations, loop=0, optimize=True
)
