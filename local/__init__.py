"""The whole system on one machine, read from template.yaml: what runs here is what deploys."""
