"""What remains after the stack is removed: the conversations, and what identifies their owners."""

import boto3

from deploy.stack import Stack


class Remains:
    """Create it before the stack is removed, because its names come from the stack."""

    def __init__(self, stack: Stack) -> None:
        self._table = stack.outputs.get("TableName")
        self._secret = stack.outputs.get("SessionSecretArn")
        self._user_pool = stack.outputs.get("UserPoolId")

    def __str__(self) -> str:
        named = {
            "table": self._table,
            "secret": self._secret,
            "user pool": self._user_pool,
        }
        return ", ".join(f"{kind} {name}" for kind, name in named.items() if name) or "nothing"

    @property
    def parameters(self) -> str:
        """Return the parameters with which another stack uses them."""
        given = {"KeptTable": self._table, "KeptSessionSecret": self._secret}
        return " ".join(f"{name}={value}" for name, value in given.items() if value)

    def remove(self) -> None:
        if self._table:
            boto3.client("dynamodb").delete_table(TableName=self._table)
        if self._secret:
            boto3.client("secretsmanager").delete_secret(
                SecretId=self._secret, ForceDeleteWithoutRecovery=True
            )
        if self._user_pool:
            boto3.client("cognito-idp").delete_user_pool(UserPoolId=self._user_pool)
