"""The browser's side: what people and the operator do, over HTTP, and what they see, as a stream of events.

- `routes`: the page, its files, and the stream of events
- `actions`: what people do; `operator`: what the operator does; `forms`: what the browser sends
- `view`: the world as JSON for the page
"""
