"""One file a scene family; each registers itself."""
