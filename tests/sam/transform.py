"""Prints a SAM template as CloudFormation gets it, with the translator that AWS runs.

.venv/sam/bin/python tests/sam/transform.py template.yaml
"""

import json
import os
import sys
from pathlib import Path

from samcli.yamlhelper import yaml_parse
from samtranslator.parser.parser import Parser
from samtranslator.translator.translator import Translator

os.environ.setdefault("AWS_DEFAULT_REGION", "us-east-1")

template = yaml_parse(Path(sys.argv[1]).read_text())
for resource in template["Resources"].values():
    if resource["Type"] == "AWS::Serverless::Function":
        # As if uploaded: the translator does not accept a folder.
        resource["Properties"]["CodeUri"] = "s3://bucket/key"
print(json.dumps(Translator({}, Parser()).translate(template, {}, {}), indent=1))
