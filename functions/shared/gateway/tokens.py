"""Token counts without a tokenizer.

The models' own tokenizers are megabytes each and differ. This estimate errs on the high side:
a prompt over the window makes an orchestrator abort the stream and can crash the gateway.
"""

import re
from collections.abc import Iterable, Mapping
from functools import lru_cache

# A run of up to three letters, one digit, one other ASCII sign, or a run of white space.
# English comes out about 1.4 times too high. Digits are one token each in Gemma and Qwen.
_ASCII_PIECE = re.compile(r"[A-Za-z]{1,3}|[0-9]|[!-/:-@\[-`{-~]|\s+")
_OTHER = re.compile(r"[^\x00-\x7f]+")

# Role, separators and end of turn in the chat templates of Llama 3, Gemma 2, Mistral and Qwen 2.5.
MESSAGE_OVERHEAD_TOKENS = 8


# A turn estimates its history several times, so short texts are cached. Longer ones could grow
# the cache past a few megabytes.
CACHED_CHARACTERS = 4096


def estimate_tokens(text: str) -> int:
    """A likely upper bound of the tokens of `text`, for all common models."""
    return _count(text) if len(text) > CACHED_CHARACTERS else _count_once(text)


@lru_cache(maxsize=1024)
def _count_once(text: str) -> int:
    return _count(text)


def _count(text: str) -> int:
    ascii_tokens = len(_ASCII_PIECE.findall(text))
    if text.isascii():
        return ascii_tokens
    # Scripts outside Latin take up to a token for every two bytes of UTF-8.
    return ascii_tokens + sum(len(run.encode()) // 2 for run in _OTHER.findall(text))


def estimate_prompt_tokens(messages: Iterable[Mapping[str, str]]) -> int:
    return sum(MESSAGE_OVERHEAD_TOKENS + estimate_tokens(m["content"]) for m in messages)
