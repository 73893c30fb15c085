"""What staff do at a desk, by command or by page: reports, exports, plans, proposals, numbers."""
