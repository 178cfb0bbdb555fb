"""The page's work per token, early and late in a long answer."""
