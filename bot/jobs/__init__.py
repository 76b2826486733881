"""A job's life, from the request to the delivered painting.

- `requests`: makes jobs from what people ask for, within the limits of a person and of the queue
- `queue`: positions and estimated starts of queued jobs, and the messages that show them
- `dispatcher`: the only place that moves jobs: claim, download, paint, show progress, deliver, finish
- `sheets`: galleries made of the person's own photo, by idle painters
- `inputs`: what a painter needs for a job: photo, styles, settings
"""
