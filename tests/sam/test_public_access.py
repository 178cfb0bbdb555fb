"""What the internet can reach: the Function URL and, through CloudFront, the page."""

from tests.sam.transformed import resources, transformed


def test_the_function_url_streams_and_owns_cors() -> None:
    (url,) = resources("AWS::Lambda::Url")
    assert url["InvokeMode"] == "RESPONSE_STREAM"
    assert url["AuthType"] == "NONE"
    assert "*" not in url["Cors"]["AllowHeaders"]


def test_the_public_url_has_both_permissions_and_only_for_the_url() -> None:
    conditions = {
        permission["Action"]: (
            permission.get("FunctionUrlAuthType"),
            permission.get("InvokedViaFunctionUrl"),
        )
        for permission in resources("AWS::Lambda::Permission")
    }
    assert conditions == {
        "lambda:InvokeFunctionUrl": ("NONE", None),
        "lambda:InvokeFunction": (None, True),
    }


def test_only_the_page_and_a_named_origin_may_call_the_url() -> None:
    (url,) = resources("AWS::Lambda::Url")
    page, development = url["Cors"]["AllowOrigins"]
    assert page["Fn::If"][0] == "HasDomain"
    assert development["Fn::If"][2] == {"Ref": "AWS::NoValue"}
    assert transformed()["Parameters"]["DevelopmentOrigin"]["Default"] == ""


def test_only_the_distribution_reads_the_private_bucket() -> None:
    (bucket,) = resources("AWS::S3::Bucket")
    assert set(bucket["PublicAccessBlockConfiguration"].values()) == {True}
    (policy,) = resources("AWS::S3::BucketPolicy")
    (statement,) = policy["PolicyDocument"]["Statement"]
    assert statement["Principal"] == {"Service": "cloudfront.amazonaws.com"}
    assert statement["Action"] == "s3:GetObject"
    assert "AWS:SourceArn" in statement["Condition"]["StringEquals"]
