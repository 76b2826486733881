"""When a test takes what it waits for to hang."""

# On a slow processor that others want, too, a painter takes a minute to start.
HANG_SECONDS = 300.0
