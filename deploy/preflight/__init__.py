"""Checks before a deployment: what it would create, what that costs, and every problem.

No check writes anything.
"""
