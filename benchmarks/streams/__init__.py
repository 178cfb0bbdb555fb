"""What the chat adds to a stream, compared with the same stream directly from the gateway."""
