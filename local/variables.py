"""The environment variables of a function, as Lambda sets and limits them.

https://docs.aws.amazon.com/lambda/latest/dg/configuration-envvars.html
"""

import json
import os
import secrets
import sysconfig
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path

from local.intrinsics import PSEUDO_PARAMETERS, TemplateError
from local.template import FunctionDefinition

REGION: str = PSEUDO_PARAMETERS["AWS::Region"]
# The limit for all of a function's own variables. AWS measures them as one JSON object:
# https://github.com/github-aws-runners/terraform-aws-github-runner/issues/3594
MAX_BYTES = 4096
# A function's configuration cannot set these.
RESERVED = frozenset(
    {
        "_HANDLER",
        "_X_AMZN_TRACE_ID",
        "AWS_ACCESS_KEY",
        "AWS_ACCESS_KEY_ID",
        "AWS_DEFAULT_REGION",
        "AWS_EXECUTION_ENV",
        "AWS_LAMBDA_FUNCTION_MEMORY_SIZE",
        "AWS_LAMBDA_FUNCTION_NAME",
        "AWS_LAMBDA_FUNCTION_VERSION",
        "AWS_LAMBDA_INITIALIZATION_TYPE",
        "AWS_LAMBDA_LOG_GROUP_NAME",
        "AWS_LAMBDA_LOG_STREAM_NAME",
        "AWS_LAMBDA_MAX_CONCURRENCY",
        "AWS_LAMBDA_RUNTIME_API",
        "AWS_REGION",
        "AWS_SECRET_ACCESS_KEY",
        "AWS_SESSION_TOKEN",
        "LAMBDA_RUNTIME_DIR",
        "LAMBDA_TASK_ROOT",
    }
)


def check_deployable(definition: FunctionDefinition, chosen: Mapping[str, str]) -> None:
    """Raises TemplateError if AWS would refuse the function's own variables.

    `chosen` replaces values of the template. AWS may still refuse variables slightly below the
    limit, because it generates longer names for the table and secrets than are used here.
    """
    function = definition.name
    declared = definition.variables
    variables = {name: chosen.get(name, declared[name]) for name in declared}
    if taken := sorted(RESERVED & variables.keys()):
        raise TemplateError(f"{function} sets {', '.join(taken)}, which Lambda reserves.")
    size = environment_bytes(variables)
    if size > MAX_BYTES:
        sizes = {name: environment_bytes({name: value}) for name, value in variables.items()}
        largest = sorted(sizes, key=lambda name: sizes[name], reverse=True)
        named = ", ".join(f"{name} ({sizes[name]})" for name in largest[:3])
        raise TemplateError(
            f"The variables of {function} are {size} bytes, and Lambda allows {MAX_BYTES}."
            f" The largest: {named}."
        )


def environment_bytes(variables: Mapping[str, str]) -> int:
    """Return the size that Lambda compares with MAX_BYTES."""
    return len(json.dumps(dict(variables), ensure_ascii=False, separators=(",", ":")).encode())


def all_variables(
    definition: FunctionDefinition, root: Path, runtime_api: str
) -> Mapping[str, str]:
    """Return what the process gets: Lambda's variables and its own, which may replace some."""
    runtime_dir = sysconfig.get_path("purelib")
    stream = f"{datetime.now(UTC):%Y/%m/%d}/[$LATEST]{secrets.token_hex(16)}"
    return {
        # Kinder than AWS, whose folders this machine lacks. LD_LIBRARY_PATH is not set, because
        # it names Amazon Linux's libraries and could break this machine's Python.
        "PATH": os.defpath,
        "LANG": "en_US.UTF-8",
        "TZ": ":UTC",
        "PYTHONPATH": runtime_dir,
        "_HANDLER": definition.handler,
        "AWS_EXECUTION_ENV": f"AWS_Lambda_{definition.runtime}",
        "AWS_LAMBDA_RUNTIME_API": runtime_api,
        "AWS_LAMBDA_FUNCTION_NAME": definition.name,
        "AWS_LAMBDA_FUNCTION_VERSION": "$LATEST",
        "AWS_LAMBDA_FUNCTION_MEMORY_SIZE": str(definition.memory_mb),
        "AWS_LAMBDA_INITIALIZATION_TYPE": "on-demand",
        "AWS_LAMBDA_LOG_GROUP_NAME": f"/aws/lambda/{definition.name}",
        "AWS_LAMBDA_LOG_STREAM_NAME": stream,
        "AWS_REGION": REGION,
        "AWS_DEFAULT_REGION": REGION,
        "AWS_ACCESS_KEY_ID": "local",
        "AWS_SECRET_ACCESS_KEY": "local",
        "AWS_SESSION_TOKEN": "local",
        "AWS_XRAY_CONTEXT_MISSING": "LOG_ERROR",
        "AWS_XRAY_DAEMON_ADDRESS": "169.254.79.129:2000",
        "LAMBDA_TASK_ROOT": str(root),
        "LAMBDA_RUNTIME_DIR": runtime_dir,
        **definition.variables,
    }
