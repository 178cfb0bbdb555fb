"""No resource's name is too long or already taken, whatever the stack's name is."""

from typing import Any

import pytest

from tests.sam.transformed import chosen

# CloudFormation's limit for a stack's name.
LONGEST = "a" * 128
UUID = "01234567-89ab-cdef-0123-456789abcdef"
REGION = "ap-southeast-1"
# The property that names a resource, and its limit in characters.
LIMITS = {
    "PageOriginAccess": ("OriginAccessControlConfig.Name", 64),
    "PageAddress": ("Name", 64),
    "PageHeaders": ("ResponseHeadersPolicyConfig.Name", 128),
    "PageDistribution": ("DistributionConfig.Comment", 128),
    "UserPoolDomain": ("Domain", 63),
    "Dashboard": ("DashboardName", 255),
    "ChatAlias": ("Name", 128),
    "ChatVersion": ("Description", 256),
}


def made(stack: str = LONGEST, uuid: str = UUID) -> dict[str, dict[str, Any]]:
    return chosen(
        SignIn="cognito",
        SnapStart="s" * 64,
        Release="r" * 64,
        GradualDeployment="Linear10PercentEvery10Minutes",
        AlarmEmail="ops@example.com",
        GatewayKeySecret="key",
        **{
            "AWS::StackName": stack,
            "AWS::StackId": f"arn:aws:cloudformation:{REGION}:111122223333:stack/{stack}/{uuid}",
            "AWS::Region": REGION,
        },
    )


def named(resources: dict[str, dict[str, Any]], name: str) -> str:
    value: Any = resources[name]["Properties"]
    for part in LIMITS[name][0].split("."):
        value = value[part]
    return str(value)


@pytest.mark.parametrize("name", LIMITS)
def test_the_longest_stack_name_fits(name: str) -> None:
    assert 0 < len(named(made(), name)) <= LIMITS[name][1]


def test_every_resource_with_a_name_of_the_stack_is_known() -> None:
    """Names that CloudFormation generates always fit, so they need no check."""
    found = {
        name
        for name, resource in made().items()
        if resource["Type"] != "AWS::Lambda::Url" and _holds(resource["Properties"], LONGEST, UUID)
    }
    assert found <= LIMITS.keys()
    assert {"PageAddress", "Dashboard"} <= found


@pytest.mark.parametrize("name", ["PageOriginAccess", "PageAddress", "PageHeaders"])
def test_global_names_differ_between_stacks_of_the_same_name(name: str) -> None:
    """CloudFront's names are global: a stack in another region may be called the same."""
    other = made(uuid="98765432-89ab-cdef-0123-456789abcdef")
    assert named(made(), name) != named(other, name)


def test_dashboards_of_two_regions_differ() -> None:
    """A dashboard's name must be unique in the account, across regions."""
    assert REGION in named(made(), "Dashboard")


def _holds(value: Any, *texts: str) -> bool:
    if isinstance(value, dict):
        return any(_holds(each, *texts) for key, each in value.items() if key != "DashboardBody")
    if isinstance(value, list):
        return any(_holds(each, *texts) for each in value)
    return any(text in str(value) for text in texts)
