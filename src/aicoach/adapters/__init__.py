"""The edges of the machine: cameras, files, pose models, pictures."""
