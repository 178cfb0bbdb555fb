"""Checks before a deployment: what would be made, what it costs, and what is in the way.

No check writes anything.
"""
