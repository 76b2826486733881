"""A graph of one of FFmpeg's filters."""

from __future__ import annotations

from fractions import Fraction

from av.filter import Graph
from av.video.frame import VideoFrame


def filter_graph(frame: VideoFrame, name: str, options: str) -> Graph:
    """The filter of that name, for frames like this one: to be pushed and pulled."""
    graph = Graph()
    time_base = frame.time_base or Fraction(1, 1000)
    source = graph.add_buffer(width=frame.width, height=frame.height, format=frame.format, time_base=time_base)
    graph.link_nodes(source, graph.add(name, options), graph.add("buffersink")).configure()
    return graph


def filtered(frame: VideoFrame, name: str, options: str) -> VideoFrame:
    """One frame, by a filter that gives one for one."""
    graph = filter_graph(frame, name, options)
    graph.vpush(frame)
    return graph.vpull()
