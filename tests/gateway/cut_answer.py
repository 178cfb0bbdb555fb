"""An answer that tests cut at every byte."""

from tests.scripted_gateway import livepeer

PIECES = ("The ", "sky ", "is blüe", " — ", "<b>why</b>", " 🙂", "?")

# Sent in one piece, because the tests send thousands of requests.
ANSWER = livepeer.stream(livepeer.reply(PIECES).body)
FRAMES = [frame + b"\n\n" for frame in ANSWER.body.split(b"\n\n")[:-1]]
FINISH_SENT = len(ANSWER.body)


def text_sent_by(offset: int) -> str:
    """The text of the frames that are complete at this offset."""
    sent = 0
    complete = 0
    for frame in FRAMES:
        sent += len(frame)
        complete += sent <= offset
    return "".join(PIECES[:complete])
