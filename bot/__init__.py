"""The Telegram service: photos come in, are painted by child processes, and go back. Never loads torch.

From the top to the bottom; each folder imports only what stands below it:

- `__main__`: the command; without a token, the demo chat
- `check`: `--check`: what would be used, and a try of each part
- `app`: starts the bot and stops it; `wiring` puts its parts together
- `health`: /metrics and /healthz, and the container's health check
- `demo/`: a stand-in for Telegram on this machine, with a chat page in the browser
- `handlers/`: updates of Telegram: each handler writes a row and answers
- `jobs/`: a job's life: requested, queued, dispatched, painted, delivered
- `chat/`: what people see: galleries, progress, paintings, buttons
- `transport/`: the Bot API over HTTP: requests out under flood limits, updates in
- `options`: what may be chosen about a painting, and the settings of a job that follow
- `executors/`: where painting happens: child processes on this machine, or a Ray cluster
- `storage/`: rows that survive a crash; all SQL
- `i18n/`: every sentence that people read, and its translations
- `logs`, `metrics`: one log line for each event; Prometheus series
- `config`, `config_types`, `env_file`: the variables of the environment and of `.env`; `env_example` makes
  `.env.example` from them
"""
