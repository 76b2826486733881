"""The browser's side: what people and the operator do, over HTTP, and what they see, as a stream of events."""
