"""One file a skill; each registers itself."""
