"""Signature fields, signing, keys, and the judgement of what comes back."""

import logging

# These libraries log certificate subjects, in which identity cards carry the national register number (pyHanko 0.38:
# "Failed to build path for …"). Whatever matters in them becomes a finding; no record of theirs is ever made.
for _library in ("pyhanko", "pyhanko_certvalidator"):
    logging.getLogger(_library).setLevel(logging.CRITICAL + 1)
