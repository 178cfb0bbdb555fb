import io
import sys


def flush_each_line() -> None:
    """Write each line of stdout and stderr when it ends, however the process was started.

    Python buffers 8 KB of what goes to a pipe, and Lambda kills an idle environment without a
    signal that could flush it: https://docs.aws.amazon.com/lambda/latest/dg/lambda-runtime-environment.html
    Lambda's own runtime flushes too, but writes each part of a printed line separately:
    https://github.com/aws/aws-lambda-python-runtime-interface-client/blob/main/awslambdaric/bootstrap.py
    """
    for stream in (sys.stdout, sys.stderr):
        # A test or a debugger may have replaced it by an object that cannot be reconfigured.
        if isinstance(stream, io.TextIOWrapper):
            # CloudWatch reads UTF-8, whatever the function's LANG says.
            stream.reconfigure(
                encoding="utf-8",
                errors="backslashreplace",
                line_buffering=True,
                write_through=False,
            )
