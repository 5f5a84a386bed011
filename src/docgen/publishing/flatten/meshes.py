"""Data of meshes, which colour triangles and patches: the numbers that readers use (ISO 32000-1, 8.7.4.5.5 to 8)."""

from __future__ import annotations

from typing import Final

from pikepdf import Stream

_FREE, _LATTICE, _COONS, _TENSOR = 4, 5, 6, 7
_POINTS: Final = {_COONS: 12, _TENSOR: 16}
_COLOURS: Final = 4
_SHARED_POINTS, _SHARED_COLOURS = 4, 2
"""What a patch takes over from the one before it."""
_FLAG: Final = 3
"""Bits of an edge flag that count; the others of its byte do not."""


def mesh_data(stream: Stream, data: bytes) -> bytes:
    """Whole vertices, rows or patches, with nothing behind them; bits that only fill up are nought.

    Raises:
        ValueError: an edge flag says nothing, or a size is not one of those the standard has.
    """
    kind, flag, point, colour = _sizes(stream)
    made, at = bytearray(), 0
    while True:
        if kind in _POINTS:
            used = _flag_of(data, at, flag)
            points = _POINTS[kind] - (_SHARED_POINTS if used else 0)
            bits = flag + points * point + (_COLOURS - (_SHARED_COLOURS if used else 0)) * colour
            if bits % 8:
                raise ValueError("patches that do not fill bytes")  # readers do not agree where the next one begins
        else:
            bits = flag + point + colour
        long = (bits + 7) // 8
        if at + long > len(data):
            break
        made += _without_filling(data[at : at + long], flag, bits)
        at += long
    row = int(stream.VerticesPerRow) * long if kind == _LATTICE else 1
    return bytes(made[: len(made) // row * row])


def _sizes(stream: Stream) -> tuple[int, int, int, int]:
    """Kind, and bits of a flag, a point and a colour."""
    kind, side, part = int(stream.ShadingType), int(stream.BitsPerCoordinate), int(stream.BitsPerComponent)
    flag = 0 if kind == _LATTICE else int(stream.BitsPerFlag)
    if len(stream.Decode) < 6 or len(stream.Decode) % 2 or kind not in (_FREE, _LATTICE, *_POINTS):
        raise ValueError("colours of a mesh")
    if side not in (1, 2, 4, 8, 12, 16, 24, 32) or part not in (1, 2, 4, 8, 12, 16) or flag not in (0, 2, 4, 8):
        raise ValueError("bits of a mesh")
    return kind, flag, 2 * side, part * ((len(stream.Decode) - 4) // 2)


def _flag_of(data: bytes, at: int, size: int) -> int:
    return data[at] >> (8 - size) & _FLAG if at < len(data) else 0


def _without_filling(one: bytes, flag: int, bits: int) -> bytes:
    """One vertex or patch with its filling bits, and those of its flag that do not count, set to nought."""
    whole = 8 * len(one)
    counting = (1 << whole) - (1 << (whole - bits))
    if flag > 2:
        counting &= (1 << (whole - flag + 2)) - 1
    return (int.from_bytes(one) & counting).to_bytes(len(one))
