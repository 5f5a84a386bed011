"""What lies on a page in the order it was painted: to find text and pictures that are there and cannot be seen."""

from __future__ import annotations

from dataclasses import dataclass, field

from docgen.publishing.flatten.graphics import WHITE, Box, Colour, alike
from docgen.publishing.flatten.policy import TINY
from docgen.publishing.flatten.reading import Key


@dataclass(slots=True)
class Canvas:
    """The boxes painted on one page, and those of the text on it."""

    _painted: list[tuple[Box, Colour | None]] = field(default_factory=list)
    _colours: set[Colour] = field(default_factory=set)
    _doubtful: dict[Colour, bool] = field(default_factory=dict)
    """Whether a colour is that of the paper or of anything painted."""
    _texts: list[tuple[float, float, float, float, Key]] = field(default_factory=list)
    _pictures: list[Box] = field(default_factory=list)

    def paint(self, box: Box, colour: Colour | None, *, covers: bool) -> list[Key]:
        """Adds something painted; gives the text that cannot be seen any more.

        `colour` is nothing when it is not known all over the box, `covers` whether all of the box is opaque.
        """
        x, y, u, v = box
        if u - x < TINY or v - y < TINY:
            return []  # a line: nothing can be read on it or be hidden by it
        self._painted.append((box, colour))
        if colour is not None and colour not in self._colours:
            self._colours.add(colour)
            self._doubtful.clear()
        if not covers:
            return []
        return [text[4] for text in self._texts if x <= text[0] and text[2] <= u and y <= text[1] and text[3] <= v]

    def show(self, picture: Box) -> None:
        """Adds a picture."""
        self._pictures.append(picture)

    def covers_picture(self, box: Box) -> bool:
        """Whether something opaque all over its box leaves nothing to be seen of a picture."""
        x, y, u, v = box
        return any(x <= one[0] and one[2] <= u and y <= one[1] and one[3] <= v for one in self._pictures)

    def hides(self, box: Box, colour: Colour | None) -> bool:
        """Whether text would have the colour of what lies beneath it: of the paper, or of a rectangle."""
        if colour is None:
            return False
        if colour not in self._doubtful:
            self._doubtful[colour] = alike(colour, WHITE) or any(alike(colour, other) for other in self._colours)
        if not self._doubtful[colour]:
            return False
        x, y = (box[0] + box[2]) / 2, (box[1] + box[3]) / 2
        for (left, bottom, right, top), beneath in reversed(self._painted):
            if left <= x <= right and bottom <= y <= top:
                return alike(colour, beneath)
        return alike(colour, WHITE)

    def write(self, box: Box, key: Key) -> None:
        """Adds text. Its middle counts: a shape that leaves only the tips of letters has covered it."""
        x, y, u, v = box
        across, up = min((u - x) / 10, 3.0), (v - y) / 4
        self._texts.append((x + across, y + up, u - across, v - up, key))
