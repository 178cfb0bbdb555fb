"""Explains AWS's errors and what to do about them."""

from botocore.exceptions import (
    BotoCoreError,
    ClientError,
    EndpointConnectionError,
    InvalidRegionError,
    NoCredentialsError,
    NoRegionError,
    PartialCredentialsError,
    ProfileNotFound,
    SSOError,
    TokenRetrievalError,
    WaiterError,
)

AWS_ERRORS = (BotoCoreError, ClientError, WaiterError)

_EXPIRED = {"ExpiredToken", "ExpiredTokenException", "RequestExpired"}
_UNKNOWN = {
    "AuthFailure",
    "InvalidAccessKeyId",
    "InvalidClientTokenId",
    "SignatureDoesNotMatch",
    "UnrecognizedClientException",
}
_FORBIDDEN = {"AccessDenied", "AccessDeniedException", "UnauthorizedOperation"}
_SET_UP = "run aws configure, or set AWS_PROFILE"


def explained(error: BotoCoreError | ClientError | WaiterError) -> str:
    """Return one sentence, or AWS's own message if it is clear enough."""
    match error:
        case NoCredentialsError():
            return f"No AWS credentials were found: {_SET_UP}."
        case PartialCredentialsError():
            return f"The AWS credentials are incomplete ({error}): {_SET_UP}."
        case ProfileNotFound():
            return f"{error}. Correct AWS_PROFILE, or run aws configure --profile."
        case SSOError() | TokenRetrievalError():
            return f"The AWS sign-in has expired: run aws sso login. ({error})"
        case NoRegionError():
            return "No AWS region was found: run aws configure, or set AWS_REGION."
        case InvalidRegionError() | EndpointConnectionError():
            return f"{error} Is AWS_REGION a region, and is this machine online?"
        case ClientError():
            return _refusal(error)
    return str(error)


def is_forbidden(error: ClientError) -> bool:
    """The credentials are valid, but do not allow this."""
    return error.response["Error"]["Code"] in _FORBIDDEN


def _refusal(error: ClientError) -> str:
    code = error.response["Error"]["Code"]
    if code in _EXPIRED:
        return "The AWS credentials have expired: sign in again, such as with aws sso login."
    if code in _UNKNOWN:
        return f"AWS does not accept the credentials ({code}): {_SET_UP}."
    if is_forbidden(error):
        return f"The AWS credentials are not allowed to do it: {error.response['Error']['Message']}"
    return str(error)
