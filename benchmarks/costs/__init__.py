"""The chat's cost on AWS: measured use times list prices, at several volumes."""
