"""Rows that survive a crash. All SQL of the project is here.

- `storage`: the tables over one connection
- `updates`, `photos`, `users`, `jobs`: one table each; `rows` makes a row of `jobs` into a record
- `job_search`, `queue`: read the jobs: by user, message and album; in the order in which they are claimed
- `retention`: deletes what is old, and all of a user's at the user's wish
- `models`: the records: users, photos and jobs; `styles`, `idempotency`: values in them
- `status_sql`: the statuses of a job for statements
- `database`: the connection, the lock on the data folder, the schema (`schema_migrations/`)
"""
