"""Runs every check, so that all problems are known at once."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass

from botocore.exceptions import ClientError

from deploy.failure import AWS_ERRORS, explained, is_forbidden
from deploy.order import Order
from deploy.preflight.account import Account, configured_region, function_urls
from deploy.preflight.certificate import certificate
from deploy.preflight.changes import changes
from deploy.preflight.concurrency import concurrency
from deploy.preflight.finding import Finding, problem
from deploy.preflight.gateway_key import gateway_key
from deploy.preflight.idle import idle
from deploy.preflight.kept import kept
from deploy.preflight.parameters import parameters
from deploy.preflight.plan import STAND_IN_REGION, Plan
from deploy.preflight.sign_in import sign_in
from deploy.preflight.sizes import names, variables
from deploy.preflight.state import state
from deploy.stack import Stack

Check = Callable[[Plan], Iterable[Finding]]
# Each check with its subject, for the finding that it could not run.
_IN_ACCOUNT: dict[str, Check] = {
    "stack": state,
    "concurrency": concurrency,
    "domain": certificate,
    "gateway's key": gateway_key,
    "kept": kept,
}
_ANYWHERE: tuple[Check, ...] = (sign_in, parameters, variables)
# These need valid parameters.
_OF_VALID_PARAMETERS: tuple[Check, ...] = (names, changes, idle)


@dataclass(frozen=True, slots=True)
class Inspection:
    plan: Plan
    findings: Sequence[Finding]

    @property
    def problems(self) -> list[Finding]:
        return [finding for finding in self.findings if finding.problem]

    @property
    def additions(self) -> dict[str, str]:
        """Parameters that the checks determined for the deployment."""
        return {name: value for each in self.findings for name, value in each.adds.items()}


def inspect(order: Order) -> Inspection:
    """Writes nothing. Errors of AWS become findings."""
    try:
        account = Account.current()
        stack = Stack(order.stack)
    except AWS_ERRORS as error:
        region = configured_region()
        plan = Plan(order.stack, order.parameters, region=region or STAND_IN_REGION)
        found = [problem("credentials", explained(error)), *(function_urls(plan) if region else ())]
    else:
        plan = Plan(order.stack, order.parameters, stack, account.id, account.region)
        found = [account.credentials(), account.in_partition(), *function_urls(plan)]
        found += _in_account(plan)
    with plan.http:
        found += [finding for check in _ANYWHERE for finding in check(plan)]
    if not any(each.problem and each.subject == "parameters" for each in found):
        found += [finding for check in _OF_VALID_PARAMETERS for finding in check(plan)]
    return Inspection(plan, found)


def _in_account(plan: Plan) -> Iterator[Finding]:
    for subject, check in _IN_ACCOUNT.items():
        try:
            yield from check(plan)
        except AWS_ERRORS as error:
            if isinstance(error, ClientError) and is_forbidden(error):
                # A role may be allowed to deploy, but not to read this.
                yield Finding(subject, f"not checked. {explained(error)}")
            else:
                yield problem(subject, explained(error))
