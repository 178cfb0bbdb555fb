"""With SnapStart, the Function URL serves a published version through an alias."""

import json

from local.intrinsics import Intrinsics
from tests.sam.transformed import resources, transformed


def test_with_snapshots_url_permissions_and_schedule_use_the_alias() -> None:
    intrinsics = Intrinsics(transformed(), {"SnapStart": "first"})
    url = intrinsics.resolve(resources("AWS::Lambda::Url")[0])
    assert url["TargetFunctionArn"] == "ChatAlias"
    for permission in resources("AWS::Lambda::Permission"):
        assert intrinsics.resolve(permission)["FunctionName"] == "ChatAlias"
    schedule = intrinsics.resolve(resources("AWS::Scheduler::Schedule")[0])
    assert json.loads(schedule["Target"]["Input"])["chat_function"] == "ChatFunction.Arn:live"
