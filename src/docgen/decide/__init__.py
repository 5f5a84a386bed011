"""Pure decisions: rules to findings, the plan of documents, the stage of a dossier. No clock, disk or process."""
