"""The leak audit: an independent second net under flatten, and a check for any PDF before it is published.

It shares no code with flatten and reads with another parser, so that one's blind spot is not the other's.
"""

from docgen.publishing.audit.limits import Limits
from docgen.publishing.audit.patterns import Pattern, Policy
from docgen.publishing.audit.report import to_html, to_json
from docgen.publishing.audit.run import audit, unfinished

__all__ = ["Limits", "Pattern", "Policy", "audit", "to_html", "to_json", "unfinished"]
