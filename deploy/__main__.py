"""`make deploy` and `make destroy`."""

import os
import sys
from pathlib import Path

# The functions' own settings check the parameters.
sys.path.insert(0, str(Path(__file__).parent.parent / "functions"))

from deploy.deployment import deploy, dry_run
from deploy.failure import AWS_ERRORS, explained
from deploy.order import Order, parse
from deploy.removal import destroy
from deploy.steps import DeployError


def main() -> None:
    order = parse(sys.argv[1:], os.environ)
    # boto3, unlike AWS's other tools, reads only AWS_DEFAULT_REGION.
    if region := os.environ.get("AWS_REGION"):
        os.environ["AWS_DEFAULT_REGION"] = region
    try:
        _obey(order)
    except DeployError as error:
        sys.exit(str(error))
    except AWS_ERRORS as error:
        sys.exit(explained(error))


def _obey(order: Order) -> None:
    if order.command == "destroy":
        destroy(order)
    elif order.dry_run:
        if not dry_run(order):
            sys.exit("Nothing was deployed. Solve the problems above first.")
        return
    elif not deploy(order):
        sys.exit("It is deployed, but the self-check failed; see above.")


if __name__ == "__main__":
    main()
