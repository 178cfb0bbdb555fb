"""Takes the README's pictures: `make pictures`."""
