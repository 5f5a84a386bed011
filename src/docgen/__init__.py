"""docgen: from a case file to a signed contract and a publication-safe copy."""
