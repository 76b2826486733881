"""How long a test waits for what must come."""

# Seconds. It only ends what hangs: on a slow processor that others want, too, a painter takes a minute to start.
PATIENCE = 300.0
