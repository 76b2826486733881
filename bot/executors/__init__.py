"""Where paintings are made. An executor knows bytes, settings and events; nothing of chats or jobs.

- `base`: the interface
- `local`: child processes on this machine; `worker` is the child, `protocol` what the pipe between them carries
- `ray`: a Ray cluster; `ray_driver` is the process that talks to it
- `gpus`: the GPUs of this machine, counted without torch
"""
