"""FHIR R4: a resident's data as a transaction bundle, and plans of hospitals read as drafts."""
