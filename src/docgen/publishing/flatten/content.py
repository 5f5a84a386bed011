"""Content streams: each is read operator by operator and written anew, with the resources it uses and no others.

What does not come through: comments, unknown operators, hidden layers and the marks around visible ones, marked-content
points, private property lists, unused resources, resource names (they are numbered anew), inline images (they become
image objects, which have a cleaner of their own).
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import pikepdf
from pikepdf import Array, Dictionary, Name, Stream

from docgen.publishing.flatten.allowlists import GRAPHICS_STATE, NUMBERS
from docgen.publishing.flatten.canvas import Canvas
from docgen.publishing.flatten.copying import Copier, copied_keys
from docgen.publishing.flatten.fonts import Fonts
from docgen.publishing.flatten.graphics import IDENTITY, Box, Matrix, State, common, hull, normalised, product
from docgen.publishing.flatten.images import Images
from docgen.publishing.flatten.job import Job, spot_of
from docgen.publishing.flatten.layers import Layers
from docgen.publishing.flatten.lexing import Instruction, Lexicon, careful, quick, steps
from docgen.publishing.flatten.reading import Key, Reader
from docgen.publishing.flatten.streams import decoded

EVERYWHERE: Box = (-1e9, -1e9, 1e9, 1e9)


_LETTERS = {"/Font": "F", "/XObject": "X", "/ExtGState": "G", "/ColorSpace": "C", "/Shading": "S", "/Pattern": "P"}
"""First letters of new resource names, by category."""


@dataclass(slots=True)
class Written:
    """A rewritten content stream."""

    out: list[bytes] = field(default_factory=list)
    """Its instructions, one after the other."""
    resources: Dictionary = field(default_factory=Dictionary)
    marks: set[int] = field(default_factory=set)
    """Marked-content identifiers that are left."""
    shows_text: bool = False
    shows_pictures: bool = False
    lowest: float = 1e9
    """Lower edge of the lowest text, on the page."""
    leftmost: float = 1e9
    """Left edge of the leftmost text, on the page."""

    @property
    def content(self) -> bytes:
        """The stream as it stands now."""
        return b"\n".join(self.out)


@dataclass(frozen=True, slots=True)
class Setting:
    """What a content stream is drawn with and into."""

    resources: Dictionary
    state: State
    canvas: Canvas
    """What was painted so far on the page; grows."""
    spot: str
    page: tuple[int, int] = (0, 0)
    """Number of the page, for text that stands on it directly."""
    depth: int = 0
    checks_text: bool = True
    """Whether the place of text on the page is known, so that invisible text can be found."""
    within_mark: bool = False
    """Within the appearance of a signature field."""


class Toolbox:
    """Everything a content stream may use, each made once for the whole document."""

    def __init__(self, job: Job, *, tagged: bool) -> None:
        self.job = job
        self.tagged = tagged
        self.covered: set[Key] = set()
        """Text that something painted later covers, to be left out."""
        self.reader = Reader()
        self.lexicon = Lexicon()
        self.sections: dict[bytes, tuple[Any, bytes]] = {}
        """Marked-content sections that cost nothing to keep, by how they are written (see `properties`)."""
        self.copier = Copier(job)
        self.fonts = Fonts(self.copier)
        self.images = Images(self.copier)
        self.layers = Layers(job)
        self.forms: dict[tuple[Any, ...], tuple[Stream, Written]] = {}
        self.marked_forms: dict[tuple[int, int], tuple[Stream, Written]] = {}
        """Copies of forms that hold tagged content, by the original's number."""
        self.xobjects: dict[tuple[int, int], Stream] = {}
        """Copies of forms and images, by the original's number."""


class Names:
    """The resource dictionary of one rewritten stream; names are numbered by category."""

    def __init__(self) -> None:
        self._made: dict[str, dict[str, Any]] = {}
        self._names: dict[tuple[str, str], bytes] = {}

    def known(self, category: str, key: str) -> bytes | None:
        """The new name of something used before."""
        return self._names.get((category, key))

    def add(self, category: str, key: str, made: Any) -> bytes:
        """A new name for an object of the copy, as it is written."""
        entries = self._made.setdefault(category, {})
        name = f"/{_LETTERS[category]}{len(entries)}"
        entries[name] = made
        self._names[(category, key)] = name.encode()
        return name.encode()

    def fixed(self, category: str, name: str, made: Any) -> None:
        """An entry whose name has a meaning, such as `/DefaultRGB`."""
        self._made.setdefault(category, {})[name] = made

    def dictionary(self) -> Dictionary:
        """The resource dictionary."""
        return Dictionary({category: Dictionary(entries) for category, entries in sorted(self._made.items())})


def entry(resources: Dictionary, category: str, key: str) -> Any:
    """A resource by its name in the source, or nothing."""
    table = resources.get(category)
    return table.get(key) if isinstance(table, Dictionary) else None


def resources_of(holder: Any, inherited: Dictionary) -> Dictionary:
    """The resources of a form; old writers leave them to the page (7.8.3)."""
    found = holder.get("/Resources")
    return found if isinstance(found, Dictionary) else inherited


def matrix_of(holder: Any) -> Matrix:
    """The `/Matrix` of a form or pattern, or identity."""
    found = holder.get("/Matrix")
    if not isinstance(found, Array) or len(found) != 6:
        return IDENTITY
    a, b, c, d, e, f = (float(number) for number in found)
    return (a, b, c, d, e, f)


def instructions(holder: Any, tools: Toolbox, spot: str) -> list[Instruction]:
    """The instructions and phrases of a content stream or page.

    Raises:
        PublicationRefused: `DG-F101` when it cannot be parsed, `DG-F109` for a filter that content may not have.
    """
    job = tools.job
    content = holder.get("/Contents") if isinstance(holder, Dictionary) else holder
    streams = list(content) if isinstance(content, Array) else [content]
    data = b"\n".join([decoded(stream, job, spot) for stream in streams if isinstance(stream, Stream)])
    found = quick(data, tools.lexicon)
    if found is None:
        try:
            found = careful(holder)
        except (pikepdf.PdfError, ValueError, TypeError) as error:
            job.refuse("DG-F101", spot, problem=type(error).__name__)
    job.spend(spot, steps(found))
    return found


def state_within(form: Any, state: State) -> State:
    """The graphics state at the beginning of a form (8.10.1)."""
    ctm = product(matrix_of(form), state.ctm)
    box = normalised([float(number) for number in form.BBox])
    within = state.copy()
    within.ctm, within.clip = ctm, common(state.clip, hull(ctm, box))
    return within


def graphics_state(source: Dictionary, tools: Toolbox, setting: Setting, write_form: Any) -> Dictionary:
    """The copy of a graphics state dictionary; its soft mask is a form and is rewritten as one."""
    job, spot = tools.job, spot_of(source, setting.spot)
    for key in ("/TR", "/HT", "/Font"):
        if key in source and source[key] not in (Name.Identity, Name.Default):
            job.refuse("DG-F106", spot, expected="graphics state", found=key)
    entries = copied_keys(
        {key: value for key, value in source.items() if key != "/SMask"}, GRAPHICS_STATE, tools.copier, spot, 0
    )
    mask = source.get("/SMask")
    if isinstance(mask, Name):
        entries["/SMask"] = Name("/None")
    elif isinstance(mask, Dictionary):
        entries["/SMask"] = _soft_mask(mask, tools, setting, write_form)
    return Dictionary(entries)


def _soft_mask(mask: Dictionary, tools: Toolbox, setting: Setting, write_form: Any) -> Dictionary:
    if not isinstance(mask.get("/G"), Stream) or mask.get("/TR", Name.Identity) != Name.Identity:
        tools.job.refuse("DG-F106", setting.spot, expected="soft mask", found="something else")
    made = Dictionary(Type=Name.Mask, S=Name(str(mask.S)), G=write_form(mask.G))
    if "/BC" in mask:
        made.BC = tools.copier.copy(mask.BC, NUMBERS, setting.spot)
    return made
