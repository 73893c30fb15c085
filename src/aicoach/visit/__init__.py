"""What surrounds one session, in a window or in a browser: prepared, watched, asked, kept."""
