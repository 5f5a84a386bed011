"""The public register as a folder of files: pages people read, and the same facts as open data."""

from docgen.publishing.site.build import build_site
from docgen.publishing.site.register import Publisher
from docgen.publishing.site.schema import REGISTER_SCHEMA

__all__ = ["REGISTER_SCHEMA", "Publisher", "build_site"]
