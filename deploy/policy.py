"""What no update may do: replace what holds conversations or identifies their owners."""

from typing import Any

# Replacing one of these would leave the chat with an empty one. A removal is allowed, because
# KeptTable and its like remove it from the stack, which retains it.
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
