"""An answer in parts that the test releases one by one."""

from dataclasses import dataclass

from tests.scripted_gateway import Gate, Head, Script, Send, livepeer


@dataclass(frozen=True, slots=True)
class SlowReply:
    script: Script
    gates: list[Gate]


def slow_reply(*parts: str, finish: str = "stop") -> SlowReply:
    """The first part comes at once; the gate after each part holds back the next."""
    gates = [Gate() for _ in parts]
    steps: list[Head | Send | Gate] = [Head()]
    for frame, gate in zip(livepeer.deltas(parts), gates, strict=True):
        steps += [Send(frame), gate]
    end = livepeer.frame("", tokens=len(parts), finish_reason=finish)
    return SlowReply(Script((*steps, Send(end))), gates)
