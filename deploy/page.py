"""Builds the page and uploads it to its bucket."""

import html
import json
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import boto3
from botocore.exceptions import ClientError

from deploy.sam import ROOT
from deploy.stack import Stack
from deploy.steps import DeployError
from local.page import content_type

# The names of these files contain a hash of their content.
_HASHED = "assets/"
_FOREVER = "public, max-age=31536000, immutable"
_ASK_EACH_TIME = "no-cache"
# A page opened before the deployment still loads its old files.
_OLD = timedelta(days=30)


@dataclass(frozen=True, slots=True)
class PageFile:
    key: str
    body: bytes
    content_type: str

    @property
    def cache_control(self) -> str:
        return _FOREVER if self.key.startswith(_HASHED) else _ASK_EACH_TIME


def build_page() -> None:
    """Run the Makefile's rule, which skips what is up to date. Raises DeployError."""
    ran = subprocess.run(
        ["make", "--no-print-directory", "web/dist/index.html"],  # noqa: S607 - the one that runs this
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    if ran.returncode:
        raise DeployError(f"The page was not built.\n\n{ran.stdout}{ran.stderr}")


def page_files(dist: Path, config: dict[str, object], connect_src: str) -> list[PageFile]:
    """List index.html last, so that a partial upload breaks no page."""
    if not (dist / "index.html").is_file():
        raise DeployError("The page is not built: run npm --prefix web run build.")
    files = [
        PageFile(path.relative_to(dist).as_posix(), path.read_bytes(), content_type(path))
        for path in sorted(dist.rglob("*"))
        if path.is_file() and path.name != "index.html"
    ]
    index = with_connect_src((dist / "index.html").read_text(), connect_src)
    return [
        *sorted(files, key=lambda file: not file.key.startswith(_HASHED)),
        PageFile("config.json", json.dumps(config).encode(), "application/json"),
        PageFile("index.html", index, "text/html; charset=utf-8"),
    ]


def with_connect_src(index: str, sources: str) -> bytes:
    """Narrow the distribution's policy, which allows every Function URL of the region."""
    policy = html.escape(f"connect-src {sources}", quote=False)
    meta = f'<meta http-equiv="Content-Security-Policy" content="{policy}" />'
    head, found, rest = index.partition("<head>")
    if not found:
        raise DeployError("index.html has no <head>.")
    return f"{head}<head>\n    {meta}{rest}".encode()


class PageBucket:
    def __init__(self, stack: Stack) -> None:
        self._name = stack.outputs["PageBucketName"]
        self._distribution = stack.outputs["DistributionId"]
        self._s3 = boto3.client("s3")

    def upload(self, files: list[PageFile]) -> None:
        for file in files:
            self._s3.put_object(
                Bucket=self._name,
                Key=file.key,
                Body=file.body,
                ContentType=file.content_type,
                CacheControl=file.cache_control,
            )

    def remove_old(self, files: list[PageFile]) -> None:
        kept = {file.key for file in files}
        limit = datetime.now(UTC) - _OLD
        for key, modified in _objects(self._name):
            if key not in kept and modified < limit:
                self._s3.delete_object(Bucket=self._name, Key=key)

    def invalidate(self) -> None:
        """Clear the distribution's cache and wait. Raises WaiterError after 5 minutes."""
        cloudfront = boto3.client("cloudfront")
        created = cloudfront.create_invalidation(
            DistributionId=self._distribution,
            InvalidationBatch={
                "Paths": {"Quantity": 1, "Items": ["/*"]},
                "CallerReference": datetime.now(UTC).isoformat(),
            },
        )
        cloudfront.get_waiter("invalidation_completed").wait(
            DistributionId=self._distribution,
            Id=created["Invalidation"]["Id"],
            WaiterConfig={"Delay": 5, "MaxAttempts": 60},
        )


def empty(bucket: str) -> None:
    """Does nothing without the bucket: a failed deployment may not have created it."""
    s3 = boto3.client("s3")
    try:
        for key, _ in _objects(bucket):
            s3.delete_object(Bucket=bucket, Key=key)
    except ClientError as error:
        if error.response["Error"]["Code"] != "NoSuchBucket":
            raise


def _objects(bucket: str) -> Iterator[tuple[str, datetime]]:
    for part in boto3.client("s3").get_paginator("list_objects_v2").paginate(Bucket=bucket):
        for item in part.get("Contents", ()):
            yield item["Key"], item["LastModified"]
