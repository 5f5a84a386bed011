"""The register for machines that are no programmers' own: a table, a feed, and a map of the pages."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from xml.sax.saxutils import escape, quoteattr

_FORMULA = ("=", "+", "-", "@", "\t", "\r")
_NOT_XML = {code: None for code in range(32) if code not in (9, 10, 13)} | {0xFFFE: None, 0xFFFF: None}


def csv_of(rows: Sequence[Mapping[str, object]], columns: Sequence[str]) -> bytes:
    """A table (RFC 4180) in UTF-8 with a byte order mark, so that spreadsheets read accents; lists joined by `; `.

    A cell that a spreadsheet would run as a formula gets an apostrophe in front.
    """
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(columns)
    writer.writerows([_cell(row[column]) for column in columns] for row in rows)
    return b"\xef\xbb\xbf" + out.getvalue().encode("utf-8")


def _cell(value: object) -> str:
    if isinstance(value, list):
        return _cell("; ".join(_part(part) for part in value))
    text = "" if value is None else str(value)
    return f"'{text}" if text.startswith(_FORMULA) else text


def _part(part: object) -> str:
    return " ".join(str(value) for value in part.values() if value) if isinstance(part, dict) else str(part)


def atom_of(rows: Sequence[Mapping[str, object]], title: str, author: str, base_url: str, generated: datetime) -> bytes:
    """An Atom feed (RFC 4287) with one entry a publication; an entry is updated by publication and by withdrawal."""
    # An identifier has to be a whole address, also where nobody said where the register stands.
    name = base_url or "urn:x-docgen-register:"
    newest = max((_moment(row) for row in rows), default=generated.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"))
    lines = [
        '<?xml version="1.0" encoding="utf-8"?>',
        '<feed xmlns="http://www.w3.org/2005/Atom">',
        f"<title>{_xml(title)}</title>",
        f"<id>{_xml(name)}feed.xml</id>",
        f'<link rel="self" href={quoteattr(f"{base_url}feed.xml")}/>',
        f"<link href={quoteattr(base_url or 'index.html')}/>",
        f"<updated>{newest}</updated>",
        f"<author><name>{_xml(author)}</name></author>",
    ]
    for row in rows:
        lines += [
            f'<entry xml:lang="{row["lang"]}">',
            f"<title>{_xml(row['kind_name'])}: {_xml(row['project'])}</title>",
            f"<id>{_xml(name)}{_xml(row['id'])}</id>",
            f"<link href={quoteattr(str(row['page']))}/>",
            *(
                [f'<link rel="enclosure" type="application/pdf" length="{row["size"]}" href={_quoted(row["file"])}/>']
                if row["file"]
                else []
            ),
            f"<updated>{_moment(row)}</updated>",
            f"<summary>{_xml(row['withdrawn_reason'] if row['withdrawn_on'] else row['title'])}</summary>",
            "</entry>",
        ]
    return "\n".join([*lines, "</feed>", ""]).encode("utf-8")


def sitemap_of(pages: Mapping[str, str], base_url: str) -> bytes:
    """A sitemap (sitemaps.org 0.9) of pages by path, each with the ISO date of its last change."""
    lines = ['<?xml version="1.0" encoding="utf-8"?>', '<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">']
    for path, changed in sorted(pages.items()):
        lines.append(f"<url><loc>{_xml(base_url + path)}</loc><lastmod>{changed}</lastmod></url>")
    return "\n".join([*lines, "</urlset>", ""]).encode("utf-8")


def _moment(row: Mapping[str, object]) -> str:
    return f"{row['withdrawn_on'] or row['republished_on'] or row['published_on'] or row['signed_on']}T00:00:00Z"


def _xml(value: object) -> str:
    return escape(str(value).translate(_NOT_XML))


def _quoted(value: object) -> str:
    return quoteattr(str(value).translate(_NOT_XML))
