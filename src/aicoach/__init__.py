"""aicoach: a camera supervises exercise the way a good physiotherapist would."""

__version__ = "0.1.0"

__all__ = ["__version__"]
