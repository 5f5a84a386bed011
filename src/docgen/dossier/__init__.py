"""`cases/` and `out/` on disk: where things lie, atomic writes, manifest and journal."""
