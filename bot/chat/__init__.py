"""What people see in a chat. Knows messages and jobs, nothing of painters.

A gallery's message shows the paintings of a page as a *contact sheet*, and in its place, as soon as that is made, a
*sheet*: the photo in the manner of each of them.

- `job_view`: the interface by which a job's state is shown; `job_message` shows it in the job's own message,
  `album_message` in an album, for photos that were sent together; `job_views` chooses between them
- `job_captions`, `job_media`: what is said of a job, and what its painting is sent as
- `job_notices`: what is sent beside a job's message: chat actions, the message that rings, round videos
- `gallery_message`: the reply to a photo before there is a job: the gallery, and other questions; `gallery_view`: what
  the gallery's message shows
- `sheet_requests`: galleries that wait for a sheet
- `refusals`: what Telegram refuses, in words that help
- `message_editor`: sends messages with a picture, and edits each in order
- `progress`: the progress of a painting, shown by edits; only the newest state is sent
- `keyboards`: the buttons; `callback_data`: what each of them means
- `gallery`: the paintings on offer, with their names and pictures (`pictures/`); `gallery_pages`: a phone full of them
"""
