"""`make deploy` and `make destroy`: the stack, the page in it, and the proof that both work."""
