"""Keeps warm-ups away from the scripted gateway: each would use up a turn of its script."""

import time

from local.cloud import LocalCloud
from local.table import connect
from shared.models import DEFAULT_MODELS

DAY_S = 24 * 3600


def hold_warmups(cloud: LocalCloud) -> None:
    """Takes every model's warm-up lease, so that the server warms none for a day."""
    until = str(int(time.time()) + DAY_S)
    table = connect(cloud.dynamodb_url)
    for model in DEFAULT_MODELS:
        table.put_item(
            TableName=cloud.table_name,
            Item={
                "pk": {"S": "LEASE#WARMUP"},
                "sk": {"S": f"MODEL#{model.id}"},
                "until": {"N": until},
                "expires_at": {"N": until},
            },
        )
    table.close()
