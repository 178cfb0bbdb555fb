"""The chat's cost on AWS at several volumes: measured use multiplied by list prices."""
