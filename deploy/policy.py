"""The stack policy: no update may replace what holds conversations or identifies their owners."""

from typing import Any

# A replacement would be empty. Removal from the stack is allowed, because KeptTable and the like
# need it, and the stack retains what it removes.
PROTECTED = ("Table", "SessionSecret", "UserPool")

# https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/protect-stack-resources.html
STACK_POLICY: dict[str, Any] = {
    "Statement": [
        {"Effect": "Allow", "Principal": "*", "Action": "Update:*", "Resource": "*"},
        {
            "Effect": "Deny",
            "Principal": "*",
            "Action": "Update:Replace",
            "Resource": [f"LogicalResourceId/{name}" for name in PROTECTED],
        },
    ]
}
