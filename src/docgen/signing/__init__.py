"""Signature fields, signing, keys, and judging signatures."""
