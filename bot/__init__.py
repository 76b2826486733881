"""The Telegram service: photos come in, are painted by child processes, and go back. Never loads torch."""
