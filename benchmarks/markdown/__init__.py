"""What a token costs the page, early and late in a long answer."""
