"""What AWS's errors mean, and what a person can do about them."""

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
    """One sentence, or AWS's own words when they need no others."""
    match error:
        case NoCredentialsError():
            return f"AWS knows no credentials here: {_SET_UP}."
        case PartialCredentialsError():
            return f"The credentials here are incomplete ({error}): {_SET_UP}."
        case ProfileNotFound():
            return f"{error}. Correct AWS_PROFILE, or run aws configure --profile."
        case SSOError() | TokenRetrievalError():
            return f"The sign-in is over: run aws sso login. ({error})"
        case NoRegionError():
            return "AWS knows no region here: run aws configure, or set AWS_REGION."
        case InvalidRegionError() | EndpointConnectionError():
            return f"{error} Is AWS_REGION a region, and is this machine online?"
        case ClientError():
            return _refusal(error)
    return str(error)


def _refusal(error: ClientError) -> str:
    code = error.response["Error"]["Code"]
    if code in _EXPIRED:
        return "The credentials here have expired: sign in again, such as with aws sso login."
    if code in _UNKNOWN:
        return f"AWS does not accept the credentials here ({code}): {_SET_UP}."
    if code in _FORBIDDEN:
        return (
            f"The credentials here are not allowed to do it: {error.response['Error']['Message']}"
        )
    return str(error)
