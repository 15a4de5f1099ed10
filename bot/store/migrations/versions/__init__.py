"""One module a version of the schema; each is complete in itself and never changes once released."""
