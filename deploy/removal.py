"""`make destroy`."""

from deploy import sam
from deploy.order import Order
from deploy.page import empty
from deploy.remains import Remains
from deploy.stack import Stack
from deploy.steps import DeployError, Steps, say


def destroy(order: Order) -> None:
    """Raises DeployError."""
    stack = Stack(order.stack)
    if not stack.exists:
        raise DeployError(
            f"There is no stack {order.stack} in {stack.region}. Is AWS_REGION the region it is in?"
        )
    remains = Remains(stack)
    steps = Steps(2 if order.keep_table else 3)
    with steps.step("Emptying the page's bucket"):
        for each in stack.resources():
            # A stack whose creation failed has no outputs, but may have its bucket.
            if each.type == "AWS::S3::Bucket":
                empty(each.id)
    with steps.step(f"Removing the stack {order.stack} from {stack.region}"):
        sam.delete(stack)
    if not order.keep_table:
        with steps.step("Removing the conversations"):
            remains.remove()
        return
    use_again = (
        f" To use them again, deploy with {remains.parameters}." if remains.parameters else ""
    )
    say(f"\n  Kept: {remains}.{use_again}\n")
