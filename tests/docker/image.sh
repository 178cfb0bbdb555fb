#!/bin/sh
# Builds an image like AWS's for Python 3.13 from Debian and PyPI, for machines that cannot reach an
# image registry. Needs root, debootstrap and a Docker engine.
#
#   sh tests/docker/image.sh lambda-python:3.13
#   SAM_IMAGE=lambda-python:3.13 make test-sam
set -eu
cd "$(dirname "$0")/../.."
root=$(mktemp -d)
trap 'rm -rf "$root"' EXIT

debootstrap --variant=minbase --include=python3 trixie "$root" http://deb.debian.org/debian
mkdir -p "$root/var/runtime" "$root/var/task" "$root/var/lang/bin"
ln -s /usr/bin/python3.13 "$root/var/lang/bin/python3.13"
.venv/uv/bin/uv pip install --quiet --target "$root/var/runtime" --python-version 3.13 \
    --python-platform "$(uname -m)-manylinux_2_28" --only-binary :all: awslambdaric boto3

cat >"$root/var/runtime/bootstrap" <<'BOOTSTRAP'
#!/bin/sh
# As in AWS's image, a wrapper gets the runtime's command as arguments.
export LAMBDA_RUNTIME_DIR=/var/runtime
set -- /var/lang/bin/python3.13 /var/runtime/bootstrap.py
[ -z "${AWS_LAMBDA_EXEC_WRAPPER:-}" ] || exec "$AWS_LAMBDA_EXEC_WRAPPER" "$@"
exec "$@"
BOOTSTRAP
cat >"$root/var/runtime/bootstrap.py" <<'BOOTSTRAP'
import os
import sys

sys.path.insert(0, os.environ["LAMBDA_TASK_ROOT"])
sys.path.append(os.environ["LAMBDA_RUNTIME_DIR"])
from awslambdaric.__main__ import main

main(["", os.environ["_HANDLER"]])
BOOTSTRAP
chmod +x "$root/var/runtime/bootstrap"

rm -rf "$root/var/cache/apt" "$root/var/lib/apt/lists"
tar -C "$root" -c . | docker import --change 'ENV LAMBDA_TASK_ROOT=/var/task' \
    --change 'WORKDIR /var/task' - "$1"
