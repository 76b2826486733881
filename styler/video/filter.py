"""A graph of FFmpeg's filters."""

from __future__ import annotations

from fractions import Fraction

from av.filter import Graph
from av.video.frame import VideoFrame


def filter_graph(frame: VideoFrame, *filters: tuple[str, str]) -> Graph:
    """The filters, one after the other, each by its name and its options, for frames like this one: to be pushed and
    pulled.
    """
    graph = Graph()
    time_base = frame.time_base or Fraction(1, 1000)
    source = graph.add_buffer(width=frame.width, height=frame.height, format=frame.format, time_base=time_base)
    between = [graph.add(name, options) for name, options in filters]
    graph.link_nodes(source, *between, graph.add("buffersink")).configure()
    return graph


def filtered(frame: VideoFrame, *filters: tuple[str, str]) -> VideoFrame:
    """One frame, by filters that give one for one."""
    graph = filter_graph(frame, *filters)
    graph.vpush(frame)
    return graph.vpull()
