"""Starts MiniStack and adds what a deployment needs beyond it.

    python emulator.py <site-packages of the SAM CLI>

It transforms SAM templates with the translator found there. That folder comes last in the path,
because SAM pins other versions of the same packages.
"""

import runpy
import sys
from typing import Any

sys.path.append(sys.argv.pop())

from ministack.services.cloudformation import provisioners

_alarm_record = provisioners._cw_metric_alarm_record


def _any_alarm_record(name: str, properties: dict[str, Any]) -> Any:
    """Watch the first metric of a metric math alarm, which MiniStack refuses."""
    if metrics := properties.get("Metrics"):
        watched = next(each["MetricStat"] for each in metrics if "MetricStat" in each)
        rest = {name: value for name, value in properties.items() if name != "Metrics"}
        properties = {**rest, **watched["Metric"], "Period": watched["Period"], "Statistic": "Sum"}
    return _alarm_record(name, properties)


provisioners._cw_metric_alarm_record = _any_alarm_record

runpy.run_module("ministack", run_name="__main__")
