"""Writes small MaxMind databases, so that tests need no file of strangers."""

from __future__ import annotations

import ipaddress
from pathlib import Path

_NOTHING = -1


def write_places(path: Path, places: dict[str, dict]) -> None:
    """`places` maps IPv4 networks to their records."""
    nodes: list[list[int]] = [[_NOTHING, _NOTHING]]
    data, offsets = b"", {}
    for network, record in places.items():
        offsets[network] = len(data)
        data += _encoded(record)
    leaves: dict[tuple[int, int], str] = {}
    for name in places:
        network = ipaddress.ip_network(name)
        bits = f"{int(network.network_address):032b}"[: network.prefixlen]
        at = 0
        for bit in map(int, bits[:-1]):
            if nodes[at][bit] == _NOTHING:
                nodes.append([_NOTHING, _NOTHING])
                nodes[at][bit] = len(nodes) - 1
            at = nodes[at][bit]
        leaves[at, int(bits[-1])] = name
    count, tree = len(nodes), b""
    for at, node in enumerate(nodes):
        for side in (0, 1):
            name = leaves.get((at, side))
            value = count + 16 + offsets[name] if name else node[side] if node[side] != _NOTHING else count
            tree += value.to_bytes(3, "big")
    about = {
        "node_count": (6, count), "record_size": (5, 24), "ip_version": (5, 4), "database_type": "Test-City",
        "binary_format_major_version": (5, 2), "binary_format_minor_version": (5, 0), "build_epoch": (9, 1),
        "languages": ["en"], "description": {},
    }  # fmt: skip
    path.write_bytes(tree + b"\0" * 16 + data + b"\xab\xcd\xefMaxMind.com" + _encoded(about))


def _encoded(value) -> bytes:
    if isinstance(value, str):
        return _head(2, len(value.encode())) + value.encode()
    if isinstance(value, tuple):  # a number and its type
        return _head(value[0], 2) + value[1].to_bytes(2, "big")
    if isinstance(value, list):
        return _head(11, len(value)) + b"".join(map(_encoded, value))
    return _head(7, len(value)) + b"".join(_encoded(name) + _encoded(each) for name, each in value.items())


def _head(kind: int, size: int) -> bytes:
    assert size < 29 + 256
    kept = min(size, 29)
    head = bytes([kind << 5 | kept]) if kind < 8 else bytes([kept, kind - 7])
    return head + (bytes([size - 29]) if kept == 29 else b"")
