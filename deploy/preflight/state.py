"""Whether the stack can be changed now."""

from deploy.preflight.finding import Finding, problem
from deploy.preflight.plan import Plan

_FIRST_FAILED = "Its first deployment failed: run make destroy, then make deploy again."
# What to do about a stack that cannot be updated.
_REMEDIES = {
    "ROLLBACK_COMPLETE": _FIRST_FAILED,
    "ROLLBACK_FAILED": _FIRST_FAILED,
    "CREATE_FAILED": _FIRST_FAILED,
    "DELETE_FAILED": "Its removal failed: run make destroy again, and see what fails.",
    "UPDATE_ROLLBACK_FAILED": "Its last update and the rollback failed: run aws"
    " cloudformation continue-update-rollback --stack-name {name}, then make deploy again.",
}
_IN_PROGRESS = "Another update is running: wait until it is over, then run this again."


def state(plan: Plan) -> list[Finding]:
    if plan.is_first:
        return [Finding("stack", f"{plan.name} does not exist yet in {plan.region}")]
    assert plan.stack  # noqa: S101 - it exists
    status = plan.stack.status
    remedy = _REMEDIES.get(status)
    if remedy is None and status.endswith("_IN_PROGRESS"):
        remedy = _IN_PROGRESS
    if remedy:
        advice = remedy.format(name=plan.name)
        return [problem("stack", f"{plan.name} is in {status}. {advice}")]
    return [Finding("stack", f"{plan.name} is in {status} in {plan.region}")]
