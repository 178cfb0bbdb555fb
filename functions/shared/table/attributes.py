"""DynamoDB's typed attribute values, to and from plain Python.

boto3's serializer would slow down cold starts, and it returns Decimals.
"""

from typing import Any

Item = dict[str, Any]
AttributeValue = dict[str, Any]


def encode(value: Any) -> AttributeValue:
    """Raises TypeError for a type the table does not hold."""
    match value:
        case None:
            return {"NULL": True}
        case bool():
            return {"BOOL": value}
        case int() | float():
            return {"N": repr(value)}
        case str():
            return {"S": value}
        case dict():
            return {"M": encode_item(value)}
        case list() | tuple():
            return {"L": [encode(each) for each in value]}
    raise TypeError(f"{type(value).__name__} has no attribute type")


def encode_item(item: Item) -> dict[str, AttributeValue]:
    return {name: encode(value) for name, value in item.items()}


def decode(attribute: AttributeValue) -> Any:
    (kind, value), *_ = attribute.items()
    match kind:
        case "NULL":
            return None
        case "N":
            return float(value) if set(value) & set(".eE") else int(value)
        case "M":
            return decode_item(value)
        case "L":
            return [decode(each) for each in value]
    return value


def decode_item(item: dict[str, AttributeValue]) -> Item:
    return {name: decode(value) for name, value in item.items()}
