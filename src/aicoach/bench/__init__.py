"""Figures beside their bars: what ``aicoach bench`` measures."""
