"""Settings of the tests of attempts."""

# A stalled warm model is noticed soon, a cold one late.
SHORT_IF_WARM = {"FIRST_TOKEN_WARM_S": "0.4", "FIRST_TOKEN_COLD_S": "20"}
