"""Rows that survive a crash. All SQL of the project is here.

- `database`: the connection, the lock on the data folder, the schema (`migrations/`)
- `models`: what is remembered: users, photos and jobs
- `store`: reads and writes them
"""
