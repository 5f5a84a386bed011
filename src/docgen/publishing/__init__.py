"""Publication copies: flatten, audit, and the register site."""
