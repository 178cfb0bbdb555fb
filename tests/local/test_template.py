import pytest

from local.cloud import ROOT
from local.intrinsics import TemplateError
from local.template import Cors, EventPolicy, Schedule, Template, rate_s

SMALL = """
Parameters:
  Name: { Type: String, Default: ada }
  Bare: { Type: String }
Conditions:
  IsAda: !Equals [!Ref Name, ada]
  IsBob: !Not [{ Condition: IsAda }]
  Either: !Or [!Condition IsAda, !Condition IsBob]
Mappings:
  Sizes: { ada: { memory: 512 } }
Globals:
  Function:
    Runtime: python3.13
    CodeUri: functions/
    Timeout: 7
    Environment: { Variables: { SHARED: !Ref Name, OWN: overridden } }
Resources:
  Table:
    Type: AWS::DynamoDB::Table
    Properties:
      KeySchema: [{ AttributeName: pk, KeyType: HASH }]
      AttributeDefinitions: [{ AttributeName: pk, AttributeType: S }]
      BillingMode: PAY_PER_REQUEST
      PointInTimeRecoverySpecification: { PointInTimeRecoveryEnabled: true }
  Absent:
    Type: AWS::Serverless::Function
    Condition: IsBob
    Properties: { Handler: never.handler }
  Greeter:
    Type: AWS::Serverless::Function
    Properties:
      Handler: greet.handler
      MemorySize: !FindInMap [Sizes, !Ref Name, memory]
      Environment:
        Variables:
          OWN: !Sub "hello ${Name} in ${AWS::Region}, ${!literal} ${Table.Arn}"
          TABLE: !Ref Table
          ARN: !GetAtt Table.Arn
          BARE: !Ref Bare
          FLAG: true
          NUMBER: 12
          CHOSEN: !If [IsBob, bob, !Join ["-", [a, !Select [1, !Split [",", "b,c"]]]]]
          GONE: !If [Either, !Ref AWS::NoValue, there]
      Events:
        Clock:
          Type: ScheduleV2
          Properties: { ScheduleExpression: rate(4 minutes), Input: '{"x":1}' }
  GreeterUrl:
    Type: AWS::Lambda::Url
    Properties:
      TargetFunctionArn: !If [IsBob, !Ref Absent, !Ref Greeter]
      AuthType: NONE
      Cors: { AllowOrigins: ["https://a.example", "https://b.example"], AllowMethods: [GET] }
"""


def test_function_is_read_with_its_intrinsics_resolved() -> None:
    (function,) = Template(SMALL).functions()
    assert function.name == "Greeter"
    assert (function.runtime, function.timeout_s, function.memory_mb) == ("python3.13", 7, 512)
    assert function.variables == {
        "SHARED": "ada",
        "OWN": "hello ada in us-east-1, ${literal} Table.Arn",
        "TABLE": "Table",
        "ARN": "Table.Arn",
        "BARE": "",
        "FLAG": "true",
        "NUMBER": "12",
        "CHOSEN": "a-c",
    }
    assert function.has_url
    assert function.cors == Cors(("https://a.example", "https://b.example"), ("GET",))
    assert function.schedule == Schedule(240, '{"x":1}')


def test_asynchronous_events_and_reserved_concurrency_have_lambdas_defaults() -> None:
    (function,) = Template(SMALL).functions()
    assert function.events == EventPolicy(retries=2, max_age_s=6 * 3600)
    assert function.reserved_concurrency is None
    reserved = SMALL.replace(
        "MemorySize:",
        "ReservedConcurrentExecutions: 3\n"
        "      EventInvokeConfig: { MaximumRetryAttempts: 0, MaximumEventAgeInSeconds: 60 }\n"
        "      MemorySize:",
    )
    (function,) = Template(reserved).functions()
    assert function.events == EventPolicy(retries=0, max_age_s=60)
    assert function.reserved_concurrency == 3


RULES = """
Rules:
  Named:
    Assertions:
      - Assert: !Contains [[ada, bob], !Ref Name]
        AssertDescription: Name must be ada or bob.
  BareForBob:
    RuleCondition: !Equals [!Ref Name, bob]
    Assertions:
      - Assert: !Not [!Equals [!Ref Bare, ""]]
        AssertDescription: Name=bob needs Bare.
"""


def test_a_rule_refuses_parameters_with_its_sentence() -> None:
    assert Template(SMALL + RULES).functions()
    Template(SMALL + RULES, {"Name": "bob", "Bare": "yes"})
    with pytest.raises(TemplateError, match=r"^Name must be ada or bob\.$"):
        Template(SMALL + RULES, {"Name": "eve"})
    with pytest.raises(TemplateError, match=r"^Name=bob needs Bare\.$"):
        Template(SMALL + RULES, {"Name": "bob"})


def test_parameters_override_their_defaults() -> None:
    absent, greeter = Template(
        SMALL.replace("Sizes: { ada:", "Sizes: { bob:"), {"Name": "bob"}
    ).functions()
    assert absent.handler == "never.handler"
    assert greeter.variables["CHOSEN"] == "bob"


def test_table_has_only_the_arguments_of_create_table() -> None:
    table = Template(SMALL).table()
    assert table.name == "Table"
    assert set(table.creation) == {"KeySchema", "AttributeDefinitions", "BillingMode"}
    assert table.time_to_live is None


def test_template_without_a_table_says_so() -> None:
    with pytest.raises(TemplateError, match="defines no AWS::DynamoDB::Table"):
        Template("Resources: {}").table()


def test_unknown_intrinsic_function_is_named() -> None:
    with pytest.raises(TemplateError, match="Fn::Cidr is not supported"):
        Template(SMALL.replace("!Ref Table", "!Cidr [a, 1, 2]")).functions()


@pytest.mark.parametrize(
    ("expression", "seconds"),
    [("rate(1 minute)", 60), ("rate(4 minutes)", 240), ("rate(2 hours)", 7200)],
)
def test_rate_is_in_seconds(expression: str, seconds: float) -> None:
    assert rate_s(expression) == seconds


def test_cron_is_refused() -> None:
    with pytest.raises(TemplateError, match="Only rate"):
        rate_s("cron(0 12 * * ? *)")


def test_the_real_template_has_everything_that_runs_locally() -> None:
    template = Template.read(ROOT / "template.yaml", {"GatewayUrl": "https://gateway.example"})
    functions = {function.name: function for function in template.functions()}
    chat = functions["ChatFunction"]
    assert chat.has_url
    assert chat.cors
    assert "authorization" in [name.lower() for name in chat.cors.headers]
    assert chat.variables["TABLE_NAME"] == template.table().name
    assert functions["WarmupFunction"].schedule
    key = {
        part["KeyType"]: part["AttributeName"] for part in template.table().creation["KeySchema"]
    }
    assert key == {"HASH": "pk", "RANGE": "sk"}
    assert template.table().time_to_live == {"AttributeName": "expires_at", "Enabled": True}
