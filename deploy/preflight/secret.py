"""A secret of Secrets Manager that is about to disappear."""

from deploy.preflight.finding import Finding, problem


def scheduled_for_deletion(subject: str, name: str, region: str) -> Finding:
    return problem(
        subject,
        f"the secret {name} is scheduled for deletion: run aws secretsmanager restore-secret"
        f" --secret-id {name} --region {region}.",
    )
