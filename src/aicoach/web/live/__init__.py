"""Live sessions in a browser: frames over a socket, one thread and one warm pose object each."""
