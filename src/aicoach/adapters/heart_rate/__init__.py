"""Where heart rates come from: a Bluetooth strap, a browser, a file, a simulation."""
