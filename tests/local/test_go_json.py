from local import go_json


def test_json_is_escaped_as_go_does() -> None:
    assert go_json.dumps({"b": "<p> & é\u2028", "a": 1}) == (
        '{"a":1,"b":"\\u003cp\\u003e \\u0026 é\\u2028"}'.encode()
    )
