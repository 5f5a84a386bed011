"""Signature fields, signing, keys, and the judgement of what comes back."""
