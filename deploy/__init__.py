"""`make deploy` and `make destroy`: the stack, its page, and a check that both work."""
