"""Done against prescribed: pure functions of what was kept of the sessions."""
