"""Files of several pictures, as phones write them, made from files of one: by the words of the standards."""

import struct


def multi_picture(pictures, kind=0):
    """JPEGs in one file, of which the first one is shown: CIPA DC-007. `kind` is what the others are."""
    first, *others = pictures
    length = len(_index([(0, 0, 0)] * len(pictures))) + 4
    entries, place = [(0x20030000, len(first) + length, 0)], len(first) + length
    for other in others:
        entries.append((kind, len(other), place - 2 - 4 - 4))  # from the index's own TIFF header on
        place += len(other)
    index = _index(entries)
    return first[:2] + b"\xff\xe2" + struct.pack(">H", len(index) + 2) + index + first[2:] + b"".join(others)


def _index(entries):
    tags = [(0xB000, 7, 4, b"0100"), (0xB001, 4, 1, struct.pack(">I", len(entries)))]
    tags.append((0xB002, 7, 16 * len(entries), struct.pack(">I", 8 + 2 + 36 + 4)))
    body = b"".join(struct.pack(">3I4x", kind, size, place) for kind, size, place in entries)
    table = b"".join(struct.pack(">HHI4s", *tag) for tag in tags)
    return b"MPF\0MM\0*\0\0\0\x08" + struct.pack(">H", len(tags)) + table + bytes(4) + body


def boxed(name, data):
    return struct.pack(">I4s", len(data) + 8, name) + data


def boxes(data, start=0):
    """The boxes behind `start` bytes: names and contents."""
    found = []
    while start + 8 <= len(data):
        size, name = struct.unpack_from(">I4s", data, start)
        found.append([name, data[start + 8 : start + size]])
        start += size
    return found


def with_auxiliary(data, urn):
    """A HEIC of two pictures, of which the second becomes an auxiliary one of the first: ISO/IEC 23008-12, 6.6.2.1."""
    meta = dict(boxes(dict(boxes(data))[b"meta"], 4))
    (primary,) = struct.unpack_from(">H", meta[b"pitm"], 4)
    items = [struct.unpack_from(">H", item, 4)[0] for _, item in boxes(meta[b"iinf"], 6)]
    tiles = {number for _, item in boxes(meta.get(b"iref", b""), 4) for (number,) in struct.iter_unpack(">H", item[4:])}
    other = next(number for number in items if number != primary and number not in tiles)
    reference = boxed(b"auxl", struct.pack(">3H", other, 1, primary))
    return with_property(data, other, boxed(b"auxC", bytes(4) + urn.encode() + b"\0"), reference)


def with_property(data, number, box, reference=b""):
    """A HEIC whose item of that number has one more property, and whose items have one more reference."""
    top = boxes(data)
    meta = next(box for box in top if box[0] == b"meta")
    inner, before = boxes(meta[1], 4), len(meta[1])
    for each in inner:
        if each[0] == b"iprp":
            each[1] = _associated(each[1], number, box)
        if each[0] == b"iref":
            each[1] += reference
    if reference and b"iref" not in dict(inner):
        inner.append([b"iref", bytes(4) + reference])
    grown = 4 + sum(8 + len(content) for _, content in inner) - before
    for each in inner:
        if each[0] == b"iloc":
            each[1] = _moved(each[1], grown)
    meta[1] = meta[1][:4] + b"".join(boxed(*each) for each in inner)
    return b"".join(boxed(*each) for each in top)


def _associated(data, number, box):
    """The box iprp: properties, and which item has which."""
    (_, properties), (_, links) = boxes(data)
    new, place, entries = len(boxes(properties)) + 1, 8, b""
    while place < len(links):
        item, count = struct.unpack_from(">HB", links, place)
        own = links[place + 3 : place + 3 + count] + (bytes([0x80 | new]) if item == number else b"")
        entries += struct.pack(">HB", item, len(own)) + own
        place += 3 + count
    return boxed(b"ipco", properties + box) + boxed(b"ipma", links[:8] + entries)


def _moved(data, by):
    """The box iloc, of what lies `by` bytes later: offsets, lengths and base offsets of 4 bytes, as libheif writes."""
    moved, version = bytearray(data), data[0]
    assert data[4:6] == b"\x44\x40"
    (items,), place = struct.unpack_from(">H", data, 6), 8
    for _ in range(items):
        in_file = not version or data[place + 3] & 15 == 0
        place += 6 if version else 4
        (base,), (extents,) = struct.unpack_from(">I", data, place), struct.unpack_from(">H", data, place + 4)
        if in_file:
            struct.pack_into(">I", moved, place, base + by)
        place += 6 + 8 * extents
    return bytes(moved)
