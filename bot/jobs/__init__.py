"""A job's life, from the request to the delivered painting.

- `job_request`: what a user asks for; `enqueuer` makes jobs of it within the limits; `requests` submits it;
  `message_requests`: what was asked for by words or a picture, and not by a button
- `announcer`: sends the message of a new job
- `dispatcher`: claims jobs, cancels them and stops them early; `running_job`: what it remembers of each
- `runner`: one attempt at a job; `painter` has it painted, `inputs` gets what that needs, `outcomes` records its end
- `media_kind`: whether a file moves, by its bytes
- `positions`: positions and estimated waits of queued jobs; `position_display` shows them, `queue_list` lists a user's
- `sheet_painter`: galleries made of the user's own photo, by idle painters
- `chat_migration`: groups that become supergroups
- `cancellation`: stops jobs at their users' wish, and shows it
- `signals`: what wakes the loops over the jobs
"""
