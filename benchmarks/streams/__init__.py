"""What the chat adds to a stream, beside the same stream straight from the gateway."""
