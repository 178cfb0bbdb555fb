"""Whether CloudFront can use the domain's certificate."""

import re

import boto3
from botocore.exceptions import ClientError

from deploy.preflight.finding import Finding, problem
from deploy.preflight.plan import Plan

# CloudFront uses certificates from this region only.
# https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/cnames-and-https-requirements.html
REGION = "us-east-1"
_MISSING = ("ResourceNotFoundException", "ValidationException", "InvalidArnException")


def certificate(plan: Plan) -> list[Finding]:
    domain, arn = plan.parameters["DomainName"], plan.parameters["CertificateArn"]
    if not domain and not arn:
        return [Finding("domain", "none: the page gets a CloudFront address")]
    # The template's rules report it if only one of them is set.
    if not domain or not arn:
        return []
    if f":acm:{REGION}:" not in arn:
        return [problem("domain", f"CloudFront takes certificates of {REGION} only, not {arn}.")]
    try:
        found = boto3.client("acm", region_name=REGION).describe_certificate(CertificateArn=arn)
    except ClientError as error:
        if error.response["Error"]["Code"] not in _MISSING:
            raise
        return [
            problem(
                "domain",
                f"there is no certificate {arn} in this account: correct CertificateArn, or"
                f" request one in {REGION} (aws acm request-certificate --region {REGION}"
                f" --domain-name {domain} --validation-method DNS).",
            )
        ]
    details = found["Certificate"]
    names = [details["DomainName"], *details.get("SubjectAlternativeNames", ())]
    if (status := details["Status"]) != "ISSUED":
        return [
            problem(
                "domain",
                f"the certificate for {names[0]} is {status}, not ISSUED: create the DNS records"
                " that ACM shows for it and wait, or request another.",
            )
        ]
    if not any(covers(name, domain) for name in names):
        listed = ", ".join(sorted(set(names)))
        return [
            problem(
                "domain",
                f"the certificate is for {listed}, not for {domain}: request one that covers it.",
            )
        ]
    return [Finding("domain", f"{domain}, with an issued certificate")]


def covers(name: str, domain: str) -> bool:
    """A wildcard stands for exactly one label."""
    pattern = re.escape(name).replace(r"\*", "[^.]+", 1)
    return re.fullmatch(pattern, domain, re.IGNORECASE) is not None
