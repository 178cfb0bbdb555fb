"""What the chat adds to a stream, compared with the same stream straight from the gateway."""
